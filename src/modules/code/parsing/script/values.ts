import { textOf } from '../analysis'
import type { Expression } from '../facts'
import { childIn, childOf, type Syntax } from '../syntax'
import { qualified } from './annotations'
import { contextOf, type Expressions } from './context'
import { either, type Scope, value } from './scope'

/** What a value is, as far as its file says. */
export function readValue(own: Expressions, node: Syntax, scope: Scope): number {
  switch (node.type) {
    case 'identifier':
      return narrowed(own, node, scope) ?? own.name(node, scope, value)
    case 'type_identifier':
    case 'nested_identifier':
      return qualified(own, node, scope)
    case 'this':
    case 'this_type':
      return thisOf(own, scope)
    case 'super':
      return superOf(own, scope)
    case 'member_expression':
      return narrowed(own, node, scope) ?? member(own, node, scope)
    case 'subscript_expression':
      return subscript(own, node, scope)
    case 'call_expression':
      return called(own, node, scope)
    case 'new_expression':
      return created(own, node, scope)
    case 'as_expression':
    case 'satisfies_expression':
      // `as const` says nothing else; `as any` says that nobody knows.
      return node.children[1] ? own.type(node.children[1], scope) : own.value(node.children[0], scope)
    case 'await_expression':
      return prefixed(own, '~', own.value(node.children[0], scope))
    case 'parenthesized_expression':
    case 'non_null_expression':
      return own.value(node.children[0], scope)
    case 'ternary_expression':
      return any(own, [childIn(node, 'consequence'), childIn(node, 'alternative')], scope)
    case 'binary_expression':
      return binary(own, node, scope)
    case 'assignment_expression':
      return own.value(childIn(node, 'right'), scope)
    case 'object':
      return object(own, node, scope)
    case 'array':
      return prefixed(own, 'a', any(own, node.children, scope))
    case 'arrow_function':
    case 'function_expression':
    case 'function_declaration':
    case 'method_definition':
      return functionValue(own, node)
  }
  return -1
}

const prefixed = (own: Expressions, as: '[]' | '~' | 'a', of: number): number =>
  of < 0 ? -1 : own.add([as, of])

function any(own: Expressions, nodes: readonly (Syntax | undefined)[], scope: Scope): number {
  const found = nodes.slice(0, 20).map((one) => own.value(one, scope))
  return unionOf(own, found)
}

function unionOf(own: Expressions, all: readonly number[]): number {
  const found = [...new Set(all)].filter((one) => one >= 0)
  return found.length > 1 ? own.add(['|', found]) : (found[0] ?? -1)
}

/** Where `x instanceof C` is asked first, `x` is a C: in what an `if`, `&&` or `?` does then. */
function narrowed(own: Expressions, node: Syntax, scope: Scope): number | undefined {
  if (!own.hasInstanceof) return undefined
  const name = textOf(own.source, node)
  let [at, steps] = [node, 0]
  for (let up = node.parent; up && steps < mostLevels && !/function|method_def/.test(up.type); steps++) {
    const condition =
      up.type === 'binary_expression' ? childIn(up, 'left') : (childIn(up, 'condition') ?? undefined)
    const isThen = at.field === 'consequence' || (up.type === 'binary_expression' && at.field === 'right')
    const of = isThen && condition ? instanceAsked(own, condition, name, scope) : undefined
    if (of !== undefined) return of
    ;[at, up] = [up, up.parent]
  }
  return undefined
}

const mostLevels = 12

function instanceAsked(own: Expressions, node: Syntax, name: string, scope: Scope): number | undefined {
  if (node.type === 'parenthesized_expression' && node.children[0])
    return instanceAsked(own, node.children[0], name, scope)
  if (node.type !== 'binary_expression') return undefined
  const [left, right] = [childIn(node, 'left'), childIn(node, 'right')]
  if (!left || !right) return undefined
  const operator = own.source.text.slice(left.end, right.start).trim()
  if (operator === '&&')
    return instanceAsked(own, left, name, scope) ?? instanceAsked(own, right, name, scope)
  if (operator !== 'instanceof' || textOf(own.source, left) !== name) return undefined
  const of = own.value(right, scope)
  return of < 0 ? undefined : own.add(['t', of, []])
}

function binary(own: Expressions, node: Syntax, scope: Scope): number {
  const [left, right] = [childIn(node, 'left'), childIn(node, 'right')]
  if (!left || !right) return -1
  const operator = own.source.text.slice(left.end, right.start)
  if (/&&/.test(operator)) return own.value(right, scope)
  return /\|\||\?\?/.test(operator) ? any(own, [left, right], scope) : -1
}

function member(own: Expressions, node: Syntax, scope: Scope): number {
  const [object, property] = [node.children[0], childIn(node, 'property')]
  const of = own.value(object, scope)
  return of < 0 || !property ? -1 : own.add(['.', of, textOf(own.source, property)])
}

function subscript(own: Expressions, node: Syntax, scope: Scope): number {
  const of = own.value(node.children[0], scope)
  if (of < 0) return -1
  const index = childIn(node, 'index')
  const name = index?.type === 'string' ? textOf(own.source, index).slice(1, -1) : undefined
  return own.add(name === undefined ? ['[]', of] : ['.', of, name])
}

function called(own: Expressions, node: Syntax, scope: Scope): number {
  const of = own.value(childIn(node, 'function'), scope)
  if (of < 0) return -1
  const first = childIn(node, 'arguments')?.children[0]
  const passed = first && /^(arrow_function|function_expression)$/.test(first.type)
  return own.add(['()', of, passed ? own.value(first, scope) : -1])
}

function created(own: Expressions, node: Syntax, scope: Scope): number {
  const written = childIn(node, 'constructor')
  const args = (childIn(node, 'type_arguments')?.children ?? []).map((one) => own.type(one, scope))
  if (written?.type === 'identifier' && own.name(written, scope, value) < 0)
    return own.add(['g', textOf(own.source, written), args])
  const of = own.value(written, scope)
  return of < 0 ? -1 : own.add(['t', of, args])
}

/** The class or object that a scope's `this` is, unless a function with a `this` of its own comes between. */
function thisOf(own: Expressions, scope: Scope): number {
  for (let at: Scope | null = scope; at; at = at.parent) {
    const { node } = at
    const said = childOf(node, 'formal_parameters')?.children.find(
      (one) => childIn(one, 'pattern')?.type === 'this',
    )
    if (said && node.type !== 'arrow_function') return own.type(childIn(said, 'type'), at)
    if (/class$|class_declaration$|^interface_declaration$/.test(node.type)) return classOf(own, at)
    const ownThis = /function/.test(node.type) && node.type !== 'arrow_function'
    if (node.type === 'method_definition' && node.parent?.type === 'object')
      return contextOf(own, node.parent)
    if (ownThis && !/^function_(type|signature)$/.test(node.type)) return -1
  }
  return -1
}

function classOf(own: Expressions, scope: Scope): number {
  const name = childIn(scope.node, 'name')
  const of = name ? own.name(name, scope, either) : -1
  const found: Expression | undefined = own.list[of]
  return found?.[0] === 's' ? own.add(['i', found[1]]) : -1
}

function superOf(own: Expressions, scope: Scope): number {
  for (let at: Scope | null = scope; at; at = at.parent) {
    const clause = childOf(at.node, 'class_heritage')
    const base = clause && childOf(clause, 'extends_clause')?.children[0]
    if (base) {
      const of = own.value(base, at)
      return of < 0 ? -1 : own.add(['t', of, []])
    }
  }
  return -1
}

const mostMembers = 100

function object(own: Expressions, node: Syntax, scope: Scope): number {
  const context = contextOf(own, node)
  if (context >= 0) return context
  const members = node.children.slice(0, mostMembers).flatMap((child): [string, number][] => {
    if (child.type === 'shorthand_property_identifier')
      return [[textOf(own.source, child), own.name(child, scope, value)]]
    const name = childIn(child, child.type === 'method_definition' ? 'name' : 'key')
    if (!name || /computed/.test(name.type)) return []
    return [[textOf(own.source, name), own.value(childIn(child, 'value') ?? child, scope)]]
  })
  return members.length > 0 ? own.add(['o', members]) : -1
}

/** What a function gives and takes, by its annotations or what it returns. */
export function functionValue(own: Expressions, node: Syntax): number {
  const scope = own.scopeOf(node)
  const parameters = childOf(node, 'formal_parameters')?.children ?? []
  const takes = parameters.slice(0, 20).map((parameter) => own.type(childIn(parameter, 'type'), scope))
  const annotation = childIn(node, 'return_type')
  return own.add(['f', annotation ? own.type(annotation, scope) : returned(own, node, scope), takes])
}

function returned(own: Expressions, node: Syntax, scope: Scope): number {
  const body = childIn(node, 'body')
  if (!body) return -1
  if (body.type !== 'statement_block') return own.value(body, scope)
  const found = returnsIn(body, [])
  return unionOf(
    own,
    found.map((one) => own.value(one, own.scopeOf(one))),
  )
}

const mostReturns = 8

/** Values of the return statements of a body, without those of functions in it. */
function returnsIn(node: Syntax, found: Syntax[]): Syntax[] {
  for (const child of node.children) {
    if (found.length >= mostReturns) break
    if (child.type === 'return_statement') {
      if (child.children[0]) found.push(child.children[0])
    } else if (!/function|method_definition|class/.test(child.type)) returnsIn(child, found)
  }
  return found
}
