import { type Source, textOf } from '../analysis'
import type { Syntax } from '../syntax'
import type { Written } from './expressions'

/** A name that a node binds in the scope around it, with what is written of it. */
export interface Bound extends Written {
  name: Syntax
  /** Where it begins to mean this: before, and without it, the name has the meaning that it had. */
  from?: number
}

/** What the scopes of a language are. */
export interface ScopeRules {
  /** Nodes that open a scope. */
  scopes: ReadonlySet<string>
  binds(node: Syntax): Bound[]
  /** Names that a node takes from around its scope, so that binding them here binds nothing. */
  outer?(node: Syntax): Syntax[]
}

export interface Scope {
  parent: Scope | undefined
  /** By name, in the order of the text. */
  locals: Map<string, Bound[]>
}

/** The names that a node's own scope binds. */
export function openScope(source: Source, rules: ScopeRules, node: Syntax, parent: Scope | undefined): Scope {
  const scope: Scope = { parent, locals: new Map() }
  const outer = new Set(outerNames(rules, node).map((name) => textOf(source, name)))
  const collect = (at: Syntax) => {
    for (const bound of rules.binds(at)) {
      const name = textOf(source, bound.name)
      const known = scope.locals.get(name)
      if (outer.has(name)) continue
      if (known) known.push(bound)
      else scope.locals.set(name, [bound])
    }
    for (const child of at.children) if (!rules.scopes.has(child.type)) collect(child)
  }
  for (const child of node.children) collect(child)
  return scope
}

const outerNames = (rules: ScopeRules, node: Syntax): Syntax[] =>
  rules.outer
    ? node.children
        .filter(({ type }) => !rules.scopes.has(type))
        .flatMap((child) => [...rules.outer!(child), ...outerNames(rules, child)])
    : []

/** What a name is at a place, where a scope around that place binds it. */
export function localAt(scope: Scope | undefined, name: string, offset: number): Written | undefined {
  for (let at = scope; at; at = at.parent) {
    const found = at.locals.get(name)?.findLast(({ from = 0 }) => from <= offset)
    if (found) return found
  }
  return undefined
}
