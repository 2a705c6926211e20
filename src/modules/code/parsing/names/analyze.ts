import { type Analysis, enclosing, parentsOf, type Source, textOf } from '../analysis'
import type { ImportFact, Target } from '../facts'
import type { Syntax } from '../syntax'
import { createNameExpressions } from './expressions'
import { inherited, knownHere, lookUp, type Pass, packaged, types } from './meanings'
import type { NameRules } from './rules'
import { localAt, openScope, type Scope } from './scopes'

/** References of a language by its rules: a name that its function binds itself is no reference. */
export function analyzeNames(source: Source, rules: NameRules, imports: ImportFact[]): Analysis {
  const bindings = new Map<string, number>()
  const stars: number[] = []
  imports
    .flatMap(({ bindings: all }) => all)
    .forEach(({ local }, index) => {
      if (local === '') stars.push(index)
      else bindings.set(local, index)
    })
  const symbols = new Map<string, number>()
  source.definitions.forEach(({ name, container }, index) => {
    if (container === undefined && !symbols.has(name)) symbols.set(name, index)
  })
  const parents = parentsOf(source.definitions)
  const pass: Pass = {
    source,
    rules,
    imports: [...imports],
    count: imports.reduce((sum, { bindings: own }) => sum + own.length, 0),
    bindings,
    stars,
    symbols,
    parents,
    within: enclosing(source.definitions, parents),
    bound: new Set(),
    references: [],
    expressions: createNameExpressions(source),
    shapes: {},
    ...indexOf(source),
  }
  visit(pass, source.root, undefined)
  const { references, expressions, shapes } = pass
  return { imports: pass.imports, exports: [], references, expressions: expressions.list, shapes }
}

/** The first definition of each name counts. */
function indexOf({ definitions }: Source): Pick<Pass, 'ordinals' | 'types' | 'members'> {
  const [ordinals, named, members] = [
    new Map<number, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ]
  for (const [index, { name, kind, container, nameStart }] of definitions.entries()) {
    ordinals.set(nameStart, index)
    if (types.test(kind) && !named.has(name)) named.set(name, index)
    const key = `${container ?? ''}\0${name}`
    if (!members.has(key)) members.set(key, index)
  }
  return { ordinals, types: named, members }
}

function visit(pass: Pass, node: Syntax, around: Scope | undefined): void {
  const { rules } = pass
  const scope = rules.scopes.has(node.type) ? enter(pass, node, around) : around
  if (rules.names.has(node.type)) {
    const ordinal = pass.ordinals.get(node.start)
    if (ordinal !== undefined) readShape(pass, node, scope, ordinal)
    else if (!pass.bound.has(node) && !rules.skips(node)) read(pass, node, scope)
  }
  for (const child of node.children) visit(pass, child, scope)
}

function enter(pass: Pass, node: Syntax, around: Scope | undefined): Scope {
  const scope = openScope(pass.source, pass.rules, node, around)
  for (const all of scope.locals.values()) for (const { name } of all) pass.bound.add(name)
  return scope
}

function readShape(pass: Pass, name: Syntax, scope: Scope | undefined, ordinal: number): void {
  const written = pass.rules.written(name)
  const shape = written && pass.expressions.shape(written, (one) => lookUp(pass, one, scope))
  if (shape) pass.shapes[ordinal] = shape
}

function read(pass: Pass, node: Syntax, scope: Scope | undefined): void {
  const object = pass.rules.objectOf(node, pass.source)
  const target = object
    ? (packaged(pass, node.parent!, scope) ?? memberTarget(pass, object, scope))
    : bareTarget(pass, node, scope)
  if (!target) return
  const name = textOf(pass.source, node)
  const { line, column } = pass.source.positionOf(node.start)
  pass.references.push({
    name,
    line,
    column,
    role: pass.rules.role(node),
    target,
    within: pass.within(node.start),
  })
}

function memberTarget(pass: Pass, object: Syntax, scope: Scope | undefined): Target {
  const of = pass.expressions.value(object, (one) => lookUp(pass, one, scope))
  const expression = pass.expressions.list[of]
  if (!expression) return { to: 'unknown' }
  if (expression[0] === 'b') return { to: 'binding_member', index: expression[1] }
  if (expression[0] === 's') return { to: 'symbol_member', index: expression[1] }
  return { to: 'typed_member', index: of }
}

function bareTarget(pass: Pass, node: Syntax, scope: Scope | undefined): Target | undefined {
  const name = textOf(pass.source, node)
  if (localAt(scope, name, node.start) || pass.rules.self.has(name)) return undefined
  return knownHere(pass, node, name) ?? inherited(pass, node) ?? { to: 'free' }
}
