import { type Source, textOf } from '../analysis'
import { childIn, childOf, type Syntax } from '../syntax'
import {
  type Declared,
  declare,
  either,
  functionScope,
  functionTypes,
  type Origin,
  openScope,
  type Scope,
  scopeTypes,
  type,
  value,
} from './scope'

/** The scopes of a file, and the nodes that declare a name rather than use it. */
export interface Declarations {
  scopes: Map<Syntax, Scope>
  names: Set<Syntax>
  /** Parts of `{ a, b: c }` patterns, each with what the whole is. */
  wholes: Map<Syntax, { of: Origin; scope: Scope }>
}

interface Pass extends Declarations {
  source: Source
  /** Offsets of declared names that are imports or symbols. */
  bindings: ReadonlyMap<number, number>
  symbols: ReadonlyMap<number, number>
}

const named: Record<string, number> = {
  function_declaration: value,
  generator_function_declaration: value,
  function_signature: value,
  class_declaration: either,
  abstract_class_declaration: either,
  interface_declaration: type,
  type_alias_declaration: type,
  enum_declaration: either,
  internal_module: either,
}

/** Reads what each scope declares. `bindings` are the offsets of imported names with their index. */
export function readDeclarations(source: Source, bindings: ReadonlyMap<number, number>): Declarations {
  const symbols = new Map(source.definitions.map(({ nameStart }, index) => [nameStart, index]))
  const pass: Pass = { source, bindings, symbols, scopes: new Map(), names: new Set(), wholes: new Map() }
  const top = openScope(source.root, null)
  pass.scopes.set(source.root, top)
  visit(pass, source.root, top)
  return pass
}

function visit(pass: Pass, node: Syntax, around: Scope): void {
  declareNamed(pass, node, around)
  let scope = around
  if (node.parent && scopeTypes.has(node.type)) {
    scope = openScope(node, around)
    pass.scopes.set(node, scope)
  }
  declareWithin(pass, node, scope)
  for (const child of node.children) visit(pass, child, scope)
}

function add(pass: Pass, scope: Scope, name: Syntax, meaning: number, origin?: Origin): void {
  const binding = pass.bindings.get(name.start)
  const symbol = pass.symbols.get(name.start)
  const declared: Declared = { meaning, meant: { to: 'local' }, origin }
  if (binding !== undefined) declared.meant = { to: 'binding', index: binding }
  else if (symbol !== undefined) declared.meant = { to: 'symbol', index: symbol }
  declare(scope, textOf(pass.source, name), declared)
  pass.names.add(name)
}

/** Names that stand for the node in the scope around it. */
function declareNamed(pass: Pass, node: Syntax, scope: Scope): void {
  const meaning = named[node.type]
  const name = meaning === undefined ? undefined : childIn(node, 'name')
  if (name && name.type !== 'string') add(pass, scope, name, meaning!)
}

/** Names that the node brings into its own scope, or a declarator into the one around. */
function declareWithin(pass: Pass, node: Syntax, scope: Scope): void {
  switch (node.type) {
    case 'class':
    case 'function_expression':
    case 'generator_function': {
      const name = childIn(node, 'name')
      if (name) add(pass, scope, name, node.type === 'class' ? either : value)
      return
    }
    case 'import_statement':
      declareImports(pass, node, scope)
      return
    case 'assignment_expression': {
      const property = childIn(childIn(node, 'left')!, 'property')
      if (property && pass.symbols.has(property.start)) pass.names.add(property)
      return
    }
    case 'variable_declarator':
      declareVariable(pass, node, scope)
      return
    case 'required_parameter':
    case 'optional_parameter':
      declarePattern(pass, childIn(node, 'pattern'), scope, originOf(node) ?? parameterOf(node))
      return
    case 'formal_parameters':
      for (const child of node.children)
        if (!child.type.endsWith('_parameter')) declarePattern(pass, child, scope, parameterOf(child))
      return
    case 'arrow_function':
      declarePattern(pass, childIn(node, 'parameter'), scope, { by: 'parameter', of: node, at: 0 })
      return
    case 'catch_clause':
      declarePattern(pass, childIn(node, 'parameter'), scope)
      return
    case 'for_in_statement': {
      const left = childIn(node, 'left')
      if (left && /\b(const|let|var|using)\s*$/.test(pass.source.text.slice(node.start, left.start)))
        declarePattern(pass, left, scope, iterated(pass, node, left))
      return
    }
    case 'type_parameter':
    case 'mapped_type_clause':
    case 'infer_type': {
      const name = childIn(node, 'name') ?? childOf(node, 'type_identifier')
      if (name) add(pass, scope, name, type, { by: 'generic', node })
    }
  }
}

/** What `for (… of …)` goes through; `in` gives names. */
function iterated(pass: Pass, node: Syntax, left: Syntax): Origin | undefined {
  const right = childIn(node, 'right')
  if (!right || !/^\s*of\b/.test(pass.source.text.slice(left.end, right.start))) return undefined
  return { by: 'element', of: { by: 'value', node: right } }
}

/** A parameter without a type of its own: what its function is passed to may tell. */
function parameterOf(node: Syntax): Origin | undefined {
  const [list, holder] = [node.parent, node.parent?.parent]
  if (!list || !holder || !functionTypes.has(holder.type)) return undefined
  return { by: 'parameter', of: holder, at: list.children.indexOf(node) }
}

function declareImports(pass: Pass, node: Syntax, scope: Scope): void {
  const visitClause = (child: Syntax) => {
    if (child.type === 'import_specifier') {
      const alias = childIn(child, 'alias')
      const name = childIn(child, 'name')
      if (name) pass.names.add(name)
      if (alias ?? name) add(pass, scope, (alias ?? name)!, either)
    } else if (child.type === 'identifier') add(pass, scope, child, either)
    else if (child.type !== 'string') child.children.forEach(visitClause)
  }
  node.children.forEach(visitClause)
}

function declareVariable(pass: Pass, node: Syntax, scope: Scope): void {
  const isVar = node.parent?.type === 'variable_declaration'
  declarePattern(pass, childIn(node, 'name'), isVar ? functionScope(scope) : scope, originOf(node))
}

/** What a variable, parameter or field holds, by its annotation or else its value. */
export function originOf(node: Syntax): Origin | undefined {
  const annotation = childIn(node, 'type')
  if (annotation) return { by: 'type', node: annotation }
  const value = childIn(node, 'value')
  return value && { by: 'value', node: value }
}

function declarePattern(pass: Pass, node: Syntax | undefined, scope: Scope, origin?: Origin): void {
  switch (node?.type) {
    case 'identifier':
    case 'shorthand_property_identifier_pattern':
      add(pass, scope, node, value, origin)
      return
    case 'object_pattern':
      for (const child of node.children) {
        if (origin) pass.wholes.set(child, { of: origin, scope })
        declarePattern(pass, child, scope, memberOf(pass, child, origin))
      }
      return
    case 'array_pattern':
      for (const child of node.children)
        declarePattern(
          pass,
          child,
          scope,
          child.type === 'rest_pattern' ? origin : origin && { by: 'element', of: origin },
        )
      return
    case 'rest_pattern':
      for (const child of node.children) declarePattern(pass, child, scope, origin)
      return
    case 'pair_pattern':
      declarePattern(pass, childIn(node, 'value'), scope, origin)
      return
    case 'assignment_pattern':
    case 'object_assignment_pattern':
      declarePattern(pass, childIn(node, 'left'), scope, origin)
      return
  }
}

/** What a part of `{ a, b: c, ...d }` takes of the whole. */
function memberOf({ source }: Pass, node: Syntax, of: Origin | undefined): Origin | undefined {
  if (!of || node.type === 'rest_pattern') return undefined
  const key = node.type === 'pair_pattern' ? childIn(node, 'key') : (childIn(node, 'left') ?? node)
  return key && !/computed/.test(key.type) ? { by: 'member', of, name: textOf(source, key) } : undefined
}
