import { textOf } from '../analysis'
import type { Shape } from '../facts'
import { childIn, childOf, type Syntax } from '../syntax'
import { functionType } from './annotations'
import type { Expressions } from './context'
import { originOf } from './declarations'
import { functionValue } from './values'

/** What each symbol of the file is. `symbols` are the offsets of their names with their ordinal. */
export function readShapes(own: Expressions, symbols: ReadonlyMap<number, number>): Record<number, Shape> {
  const shapes: Record<number, Shape> = {}
  const visit = (node: Syntax) => {
    if (node.children.length === 0) return
    const name =
      childIn(node, 'name') ?? childIn(node, 'property') ?? childIn(node, 'key') ?? childIn(node, 'pattern')
    const ordinal = name && symbols.get(name.start)
    if (ordinal !== undefined) {
      const shape = shapeOf(own, node)
      if (shape) shapes[ordinal] = shape
    }
    for (const child of node.children) visit(child)
  }
  visit(own.source.root)
  readPatterns(own, shapes)
  return shapes
}

/** What `const { a } = …` at the top of the file declares is a part of something. */
function readPatterns(own: Expressions, shapes: Record<number, Shape>): void {
  const top = own.scopeOf(own.source.root)
  for (const { meant, origin } of [...top.names.values()].flat()) {
    if (meant.to !== 'symbol' || shapes[meant.index] || !origin || origin.by === 'generic') continue
    const type = own.origin(origin, top)
    if (type >= 0) shapes[meant.index] = { type }
  }
}

function shapeOf(own: Expressions, node: Syntax): Shape | undefined {
  const scope = own.scopeOf(node)
  switch (node.type) {
    case 'class_declaration':
    case 'abstract_class_declaration':
    case 'interface_declaration':
      return { bases: basesOf(own, node), ...genericsOf(own, node) }
    case 'type_alias_declaration': {
      const written = childIn(node, 'value')
      const type = written?.type === 'object_type' ? -1 : own.type(written, scope)
      return { ...(type >= 0 && { type }), ...genericsOf(own, node) }
    }
    case 'member_expression':
      return { type: own.value(node.parent ? childIn(node.parent, 'right') : undefined, scope) }
    case 'pair':
      return { type: own.value(childIn(node, 'value'), scope) }
    case 'function_expression':
    case 'function_declaration':
    case 'generator_function_declaration':
      return { type: functionValue(own, node) }
    case 'method_definition':
      return { type: accessor(own, node, functionValue(own, node)) }
    case 'function_signature':
    case 'method_signature':
    case 'abstract_method_signature':
      return { type: accessor(own, node, functionType(own, node, scope)) }
    case 'variable_declarator':
    case 'public_field_definition':
    case 'field_definition':
    case 'property_signature':
    case 'required_parameter':
    case 'optional_parameter': {
      const type = own.origin(originOf(node), scope)
      return type < 0 ? undefined : { type }
    }
  }
  return undefined
}

/** A getter is what it gives. */
function accessor(own: Expressions, node: Syntax, type: number): number {
  const name = childIn(node, 'name')
  const isGetter = name && /\bget\s*$/.test(own.source.text.slice(node.start, name.start))
  return isGetter ? own.add(['()', type, -1]) : type
}

function basesOf(own: Expressions, node: Syntax): number[] {
  const scope = own.scopeOf(node)
  const heritage = childOf(node, 'class_heritage')
  const clauses = heritage?.children ?? node.children.filter(({ type }) => type === 'extends_type_clause')
  return clauses.flatMap((clause) => clauseBases(own, clause, scope)).filter((base) => base >= 0)
}

function clauseBases(own: Expressions, clause: Syntax, scope: ReturnType<Expressions['scopeOf']>): number[] {
  if (clause.type === 'identifier') return [own.add(['t', own.value(clause, scope), []])]
  if (clause.type !== 'extends_clause') return clause.children.map((base) => own.type(base, scope))
  const [base, list] = [clause.children[0], childIn(clause, 'type_arguments')]
  const of = own.value(base, scope)
  const args = (list?.children ?? []).map((one) => own.type(one, scope))
  return of < 0 ? [] : [own.add(['t', of, args])]
}

function genericsOf(own: Expressions, node: Syntax): Pick<Shape, 'generics'> {
  const scope = own.scopeOf(node)
  const generics = (childOf(node, 'type_parameters')?.children ?? []).map((one): [string, number] => {
    const bound = childIn(one, 'constraint') ?? childIn(one, 'value')
    return [textOf(own.source, one.children[0] ?? one), own.type(bound, scope)]
  })
  return generics.length > 0 ? { generics } : {}
}
