import { type Source, textOf } from '../analysis'
import type { Expression } from '../facts'
import type { Syntax } from '../syntax'
import type { Origin, Scope } from './scope'

/** Expressions of a file, each node's once. -1 where the file tells nothing. */
export interface Expressions {
  source: Source
  /** The text asks for instances somewhere. */
  hasInstanceof: boolean
  list: Expression[]
  add(expression: Expression): number
  value(node: Syntax | undefined, scope: Scope): number
  type(node: Syntax | undefined, scope: Scope): number
  /** What a name means; `meaning` says whether values or types are looked for. */
  name(node: Syntax, scope: Scope, meaning: number): number
  origin(origin: Origin | undefined, scope: Scope): number
  /** The innermost scope that stands at a node. */
  scopeOf(node: Syntax): Scope
}

/** The type that stands around a literal: an annotation, what a function says that it gives, the member of an object that has one. */
export function contextOf(own: Expressions, node: Syntax): number {
  const holder = node.parent
  switch (holder?.type) {
    case 'variable_declarator':
    case 'public_field_definition':
    case 'required_parameter':
    case 'optional_parameter': {
      const annotation = holder.children.find(({ field }) => field === 'type')
      return annotation && node.field === 'value' ? own.type(annotation, own.scopeOf(holder)) : -1
    }
    case 'assignment_expression':
      return node.field === 'right' ? own.value(holder.children[0], own.scopeOf(holder)) : -1
    case 'as_expression':
    case 'satisfies_expression':
      return own.type(holder.children[1], own.scopeOf(holder))
    case 'parenthesized_expression':
      return contextOf(own, holder)
    case 'pair':
      return memberOfContext(
        own,
        holder,
        holder.children.find(({ field }) => field === 'key'),
      )
    case 'object':
      return node.type === 'method_definition'
        ? memberOfContext(
            own,
            node,
            node.children.find(({ field }) => field === 'name'),
          )
        : -1
    case 'arguments':
      return argumentOf(own, holder, node)
    case 'arrow_function':
      return node.field === 'body' ? givenBy(own, holder) : -1
    case 'return_statement':
      return givenBy(own, around(holder))
  }
  return -1
}

const functions = /^(arrow_function|function_declaration|function_expression|method_definition)$/

function around(node: Syntax): Syntax | undefined {
  for (let at = node.parent; at; at = at.parent) if (functions.test(at.type)) return at
  return undefined
}

function givenBy(own: Expressions, node: Syntax | undefined): number {
  const type = node?.children.find(({ field }) => field === 'return_type')
  if (!node || !type) return -1
  const given = own.type(type, own.scopeOf(node))
  const isAsync = /^(?:[\w\s]*\s)?async\b/.test(own.source.text.slice(node.start, node.start + 60))
  return given >= 0 && isAsync ? own.add(['~', given]) : given
}

function memberOfContext(own: Expressions, member: Syntax, key: Syntax | undefined): number {
  const of = member.parent ? contextOf(own, member.parent) : -1
  return of < 0 || !key ? -1 : own.add(['.', of, textOf(own.source, key)])
}

function argumentOf(own: Expressions, list: Syntax, node: Syntax): number {
  const [call, at] = [list.parent, list.children.indexOf(node)]
  if (call?.type === 'call_expression' && functions.test(node.type)) return -1
  const called = call ? own.value(call.children[0], own.scopeOf(call)) : -1
  if (called < 0) return -1
  if (call?.type === 'call_expression') return own.add(['q', called, at])
  return call?.type === 'new_expression' ? own.add(['q', own.add(['.', called, 'constructor']), at]) : -1
}
