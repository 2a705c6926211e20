import { enclosing, type Source, textOf } from '../analysis'
import type { ReferenceFact, Role, Target } from '../facts'
import { childIn, type Syntax } from '../syntax'
import { contextOf, type Expressions } from './context'
import type { Declarations } from './declarations'
import { either, lookUp, type Meant, type Scope, type, value } from './scope'

/** What resolving the names of one file needs. */
export interface Names {
  source: Source
  declarations: Declarations
  expressions: Expressions
  /** Names in import and export lists. */
  listed: ReadonlySet<Syntax>
}

/** Every use of a name that is not local to a function, and what it means as far as this file tells. */
export function readReferences(names: Names): ReferenceFact[] {
  const { source } = names
  const within = enclosing(source.definitions)
  const found: ReferenceFact[] = []
  const add = (node: Syntax, target: Target | undefined, role: Role) => {
    if (!target) return
    const name = node.type === 'super' ? 'constructor' : textOf(source, node)
    const { line, column } = source.positionOf(node.start)
    found.push({ name, line, column, role, target, within: within(node.start) })
  }
  const visit = (node: Syntax, scope: Scope) => {
    const own = names.declarations.scopes.get(node) ?? scope
    readNode(names, node, own, add)
    for (const child of node.children) visit(child, own)
  }
  visit(source.root, names.declarations.scopes.get(source.root)!)
  return found
}

type Add = (node: Syntax, target: Target | undefined, role: Role) => void

function readNode(names: Names, node: Syntax, scope: Scope, add: Add): void {
  switch (node.type) {
    case 'identifier':
    case 'type_identifier':
    case 'shorthand_property_identifier':
    case 'shorthand_property_identifier_pattern':
      if (isUse(names, node))
        add(node, resolve(names, node, scope), isCalled(names, node) ? 'call' : roleOf(node))
      if (node.type === 'shorthand_property_identifier') readShorthand(names, node, add)
      else if (node.type.startsWith('shorthand')) readPart(names, node, add)
      return
    case 'pair_pattern':
    case 'object_assignment_pattern':
      readPart(names, node, add)
      return
    case 'super':
      if (node.parent?.type === 'call_expression' && node.field === 'function')
        add(node, memberTarget(names, names.expressions.value(node, scope)), 'new')
      return
    case 'string':
      readIndex(names, node, scope, add)
      return
    case 'member_expression':
    case 'nested_identifier':
    case 'nested_type_identifier':
      readMember(names, node, scope, add)
      return
    case 'export_specifier':
      readExportSpecifier(names, node, scope, add)
      return
  }
}

/** `f.call(…)` and `f.apply(…)` call `f`. */
function isCalled({ source }: Names, { parent, field }: Syntax): boolean {
  if (parent?.type !== 'member_expression' || field !== 'object') return false
  const property = childIn(parent, 'property')
  return (
    parent.parent?.type === 'call_expression' &&
    parent.field === 'function' &&
    property !== undefined &&
    /^(call|apply)$/.test(textOf(source, property))
  )
}

function isUse({ declarations, listed, source }: Names, node: Syntax): boolean {
  if (declarations.names.has(node) || listed.has(node)) return false
  const { parent } = node
  if (!parent || parent.type === 'export_specifier') return false
  if (parent.type === 'nested_type_identifier' || parent.type === 'nested_identifier')
    return parent.children[0] === node
  const isTag = parent.type.startsWith('jsx_') && node.field === 'name'
  return !(isTag && /^[a-z]/.test(textOf(source, node)))
}

function meaningOf(node: Syntax): number {
  if (node.type === 'type_identifier') return type
  const around = node.parent!.type
  if (around === 'nested_type_identifier' || around === 'nested_identifier') return either
  if (around === 'extends_type_clause' || around === 'export_statement') return either
  return value
}

function resolve({ source }: Names, node: Syntax, scope: Scope): Target | undefined {
  const found = lookUp(scope, textOf(source, node), meaningOf(node))
  return found ? targetOf(found.declared.meant) : { to: 'free' }
}

const targetOf = (meant: Meant): Target | undefined => (meant.to === 'local' ? undefined : meant)

/** `{ a }` exported under a list: a use of the file's own `a`. */
function readExportSpecifier(names: Names, node: Syntax, scope: Scope, add: Add): void {
  const clause = node.parent
  const name = childIn(node, 'name')
  if (!name || (clause?.parent && childIn(clause.parent, 'source'))) return
  const found = lookUp(scope, textOf(names.source, name), either)
  add(name, found ? targetOf(found.declared.meant) : { to: 'free' }, 'export')
}

function readMember(names: Names, node: Syntax, scope: Scope, add: Add): void {
  const property = childIn(node, 'property') ?? childIn(node, 'name') ?? node.children[1]
  if (!property || names.declarations.names.has(property)) return
  if (property.type === 'identifier' && node.type === 'member_expression') return
  add(property, memberTarget(names, names.expressions.value(node.children[0], scope)), roleOf(node))
}

function memberTarget({ expressions }: Names, of: number): Target {
  const expression = expressions.list[of]
  if (!expression) return { to: 'unknown' }
  if (expression[0] === 'b') return { to: 'binding_member', index: expression[1] }
  if (expression[0] === 's') return { to: 'symbol_member', index: expression[1] }
  return { to: 'typed_member', index: of }
}

/** `{ a }` as a value uses the member of the type that it is to have. */
function readShorthand(names: Names, node: Syntax, add: Add): void {
  const of = node.parent ? contextOf(names.expressions, node.parent) : -1
  if (of >= 0) add(node, memberTarget(names, of), 'read')
}

/** `{ a, b: c }` as a pattern uses members of what is taken apart. */
function readPart(names: Names, node: Syntax, add: Add): void {
  const whole = names.declarations.wholes.get(node)
  const key = node.type === 'pair_pattern' ? childIn(node, 'key') : (childIn(node, 'left') ?? node)
  if (!whole || !key || !/^(property_identifier|shorthand_)/.test(key.type)) return
  const of = names.expressions.origin(whole.of, whole.scope)
  if (of >= 0) add(key, memberTarget(names, of), 'read')
}

/** `a['b']`, and `A['b']` as a type. */
function readIndex(names: Names, node: Syntax, scope: Scope, add: Add): void {
  const [inner, holder] = [node.children[0], node.parent]
  if (!inner || !holder) return
  const { expressions } = names
  if (holder.type === 'subscript_expression' && node.field === 'index')
    add(inner, memberTarget(names, expressions.value(holder.children[0], scope)), 'read')
  if (holder.type === 'literal_type' && holder.parent?.type === 'lookup_type')
    add(inner, memberTarget(names, expressions.type(holder.parent.children[0], scope)), 'type')
}

function roleOf(node: Syntax): Role {
  const { parent, field } = node
  switch (parent?.type) {
    case 'call_expression':
      return field === 'function' ? 'call' : 'read'
    case 'new_expression':
      return field === 'constructor' ? 'new' : 'read'
    case 'generic_type':
      return parent.parent?.type === 'implements_clause' ? 'implements' : roleOfType(parent)
    case 'extends_clause':
    case 'class_heritage':
      return 'extends'
    case 'extends_type_clause':
      return 'extends_type'
    case 'implements_clause':
      return 'implements'
    case 'decorator':
      return 'decorator'
    case 'jsx_opening_element':
    case 'jsx_self_closing_element':
    case 'jsx_closing_element':
      return field === 'name' ? 'jsx' : 'read'
    case 'export_statement':
      return 'export'
  }
  return node.type === 'type_identifier' || node.type === 'nested_type_identifier' ? 'type' : 'read'
}

const roleOfType = ({ parent }: Syntax): Role =>
  parent?.type === 'extends_type_clause' ? 'extends_type' : 'type'
