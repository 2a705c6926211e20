import { textOf } from '../analysis'
import { childIn, childOf, type Syntax } from '../syntax'
import type { Expressions } from './context'
import { either, lookUp, type Scope, type } from './scope'

/** What a type that is written names. */
export function readType(own: Expressions, node: Syntax, scope: Scope): number {
  const inner = (at: number) => own.type(node.children[at], scope)
  switch (node.type) {
    case 'type_annotation':
    case 'parenthesized_type':
    case 'readonly_type':
    case 'optional_type':
    case 'default_type':
    case 'constraint':
      return inner(0)
    case 'type_identifier':
    case 'identifier':
      return named(own, node, scope, [])
    case 'nested_type_identifier':
    case 'member_expression':
    case 'generic_type':
      return instance(own, node, scope)
    case 'array_type':
      return wrap(own, 'a', inner(0))
    case 'union_type':
    case 'intersection_type':
    case 'tuple_type':
      return several(own, node, scope)
    case 'this_type':
      return own.value(node, scope)
    case 'type_query':
      return own.value(node.children[0], scope)
    case 'lookup_type':
      return lookedUp(own, node, scope)
    case 'object_type':
      return literal(own, node, scope)
    case 'function_type':
    case 'constructor_type':
      return functionType(own, node, scope)
    case 'conditional_type':
      return any(own, [childIn(node, 'consequence'), childIn(node, 'alternative')], scope)
    case 'required_parameter':
    case 'optional_parameter':
      return own.type(childIn(node, 'type'), scope)
  }
  return -1
}

const wrap = (own: Expressions, as: 'a' | '[]' | '~', of: number): number => (of < 0 ? -1 : own.add([as, of]))

function any(own: Expressions, nodes: readonly (Syntax | undefined)[], scope: Scope): number {
  const found = [...new Set(nodes.slice(0, 20).map((one) => own.type(one, scope)))].filter((one) => one >= 0)
  return found.length > 1 ? own.add(['|', found]) : (found[0] ?? -1)
}

function several(own: Expressions, node: Syntax, scope: Scope): number {
  const found = any(own, node.children, scope)
  return node.type === 'tuple_type' ? wrap(own, 'a', found) : found
}

/** `Foo`, with what its parameters are. */
function named(own: Expressions, node: Syntax, scope: Scope, args: number[]): number {
  const found = lookUp(scope, textOf(own.source, node), node.type === 'identifier' ? either : type)
  if (!found) return own.add(['g', textOf(own.source, node), args])
  const of = own.name(node, scope, node.type === 'identifier' ? either : type)
  if (of < 0 || found.declared.meant.to === 'local') return of
  return own.add(['t', of, args])
}

function instance(own: Expressions, node: Syntax, scope: Scope): number {
  const written = node.type === 'generic_type' ? childIn(node, 'name') : node
  const list = childIn(node, 'type_arguments')?.children ?? []
  const args = list.slice(0, 20).map((one) => own.type(one, scope))
  if (!written) return -1
  if (written.type === 'type_identifier' || written.type === 'identifier')
    return named(own, written, scope, args)
  const of = qualified(own, written, scope)
  return of < 0 ? -1 : own.add(['t', of, args])
}

/** `a.b.C` as members of `a`. */
export function qualified(own: Expressions, node: Syntax, scope: Scope): number {
  if (node.type === 'identifier' || node.type === 'type_identifier') return own.name(node, scope, either)
  const [object, name] = [node.children[0], node.children.at(-1)]
  const of = object ? qualified(own, object, scope) : -1
  return of < 0 || !name ? -1 : own.add(['.', of, textOf(own.source, name)])
}

function lookedUp(own: Expressions, node: Syntax, scope: Scope): number {
  const [object, index] = node.children
  const of = own.type(object, scope)
  if (of < 0) return -1
  const name = index && literalText(own, index)
  return own.add(name === undefined ? ['[]', of] : ['.', of, name])
}

const literalText = (own: Expressions, node: Syntax): string | undefined =>
  node.type === 'literal_type' && node.children[0]?.type === 'string'
    ? textOf(own.source, node.children[0]).slice(1, -1)
    : undefined

const mostMembers = 100

function literal(own: Expressions, node: Syntax, scope: Scope): number {
  const members = node.children.slice(0, mostMembers).flatMap((child): [string, number][] => {
    const name = childIn(child, 'name')
    if (!name || !/^(property|method)_signature$/.test(child.type)) return []
    const of =
      child.type === 'method_signature'
        ? functionType(own, child, own.scopeOf(child))
        : own.type(childIn(child, 'type'), scope)
    return [[textOf(own.source, name), of]]
  })
  return members.length > 0 ? own.add(['o', members]) : -1
}

/** A function's type, or a signature: what it gives and takes. */
export function functionType(own: Expressions, node: Syntax, scope: Scope): number {
  const at = own.scopeOf(node) ?? scope
  const parameters = childOf(node, 'formal_parameters')?.children ?? []
  const takes = parameters.slice(0, 20).map((parameter) => own.type(childIn(parameter, 'type'), at))
  const result = childIn(node, 'return_type') ?? childIn(node, 'type')
  return own.add(['f', own.type(result, at), takes])
}
