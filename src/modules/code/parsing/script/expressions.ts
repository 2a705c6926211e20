import { type Source, textOf } from '../analysis'
import type { Expression } from '../facts'
import type { Syntax } from '../syntax'
import { readType } from './annotations'
import { contextOf, type Expressions } from './context'
import type { Declarations } from './declarations'
import { type Declared, lookUp, type Origin, type Scope } from './scope'
import { readValue } from './values'

/** Beyond this a text is no longer what somebody wrote. */
const mostExpressions = 60_000
const deepest = 200

export function createExpressions(source: Source, declarations: Declarations): Expressions {
  const list: Expression[] = []
  const known = new Map<string, number>()
  const [values, types] = [new Map<Syntax, number>(), new Map<Syntax, number>()]
  const declareds = new Map<Declared, number>()
  let depth = 0

  function once<T>(memo: Map<T, number>, key: T, read: () => number): number {
    const found = memo.get(key)
    if (found !== undefined) return found
    if (depth > deepest || list.length > mostExpressions) return -1
    // A name that is made of itself has no end.
    memo.set(key, -1)
    depth++
    const index = read()
    depth--
    memo.set(key, index)
    return index
  }

  const own: Expressions = {
    source,
    hasInstanceof: source.text.includes('instanceof'),
    list,
    add(expression) {
      const key = JSON.stringify(expression)
      const found = known.get(key)
      if (found !== undefined) return found
      known.set(key, list.length)
      return list.push(expression) - 1
    },
    value: (node, scope) => (node ? once(values, node, () => readValue(own, node, scope)) : -1),
    type: (node, scope) => (node ? once(types, node, () => readType(own, node, scope)) : -1),
    name(node, scope, meaning) {
      const found = lookUp(scope, textOf(source, node), meaning)
      if (!found) return -1
      const { meant, origin } = found.declared
      if (meant.to !== 'local') return own.add([meant.to === 'binding' ? 'b' : 's', meant.index])
      return origin ? once(declareds, found.declared, () => own.origin(origin, found.scope)) : -1
    },
    origin: (origin, scope) => (origin ? readOrigin(own, origin, scope) : -1),
    scopeOf(node) {
      for (let at: Syntax | null = node; at; at = at.parent) {
        const scope = declarations.scopes.get(at)
        if (scope) return scope
      }
      return declarations.scopes.get(source.root)!
    },
  }
  return own
}

function readOrigin(own: Expressions, origin: Origin, scope: Scope): number {
  switch (origin.by) {
    case 'type':
      return own.type(origin.node, scope)
    case 'value':
      return own.value(origin.node, own.scopeOf(origin.node))
    case 'generic':
      return readGeneric(own, origin.node, scope)
    case 'member': {
      const of = readOrigin(own, origin.of, scope)
      return of < 0 ? -1 : own.add(['.', of, origin.name])
    }
    case 'element': {
      const of = readOrigin(own, origin.of, scope)
      return of < 0 ? -1 : own.add(['[]', of])
    }
    case 'parameter':
      return passed(own, origin.of, origin.at)
  }
}

function readGeneric(own: Expressions, node: Syntax, scope: Scope): number {
  const name = node.children.find((child) => child.type === 'type_identifier')
  const bound = node.children.find(({ field }) => field === 'constraint')?.children[0]
  return name ? own.add(['p', textOf(own.source, name), own.type(bound, scope)]) : -1
}

/** A parameter of a function that is itself an argument, or the value of something with a type. */
function passed(own: Expressions, node: Syntax, at: number): number {
  const expected = contextOf(own, node)
  if (expected >= 0) return own.add(['q', expected, at])
  const list = node.parent?.type === 'arguments' ? node.parent : undefined
  const call = list?.parent
  if (!list || call?.type !== 'call_expression') return -1
  const called = own.value(call.children[0], own.scopeOf(call))
  return called < 0 ? -1 : own.add(['c', called, list.children.indexOf(node), at])
}
