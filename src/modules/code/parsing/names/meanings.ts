import { type Source, textOf } from '../analysis'
import type { Expression, ImportFact, ReferenceFact, Shape, Target } from '../facts'
import type { Syntax } from '../syntax'
import type { createNameExpressions, Written } from './expressions'
import type { NameRules } from './rules'
import { localAt, type Scope } from './scopes'

/** An analysis under way: what is known of the file, and what was found in it. */
export interface Pass {
  source: Source
  rules: NameRules
  imports: ImportFact[]
  /** How many bindings these have. */
  count: number
  bindings: Map<string, number>
  /** Bindings of everything that a type has, for names that stand alone. */
  stars: number[]
  symbols: Map<string, number>
  parents: readonly number[]
  within: (offset: number) => number
  bound: Set<Syntax>
  references: ReferenceFact[]
  expressions: ReturnType<typeof createNameExpressions>
  shapes: Record<number, Shape>
  /** Definitions by where their names begin, types by name, members by type and name. */
  ordinals: ReadonlyMap<number, number>
  types: ReadonlyMap<string, number>
  members: ReadonlyMap<string, number>
}

/** What a name means where it stands; undefined for names from elsewhere. */
export function lookUp(
  pass: Pass,
  node: Syntax,
  scope: Scope | undefined,
): { expression: Expression } | Written | undefined {
  if (node.children.length > 0) return expressionOf(packaged(pass, node, scope))
  const name = textOf(pass.source, node)
  if (pass.rules.self.has(name)) {
    const type = typeAround(pass, node)
    return type ? { expression: [/^[A-Z]/.test(name) ? 's' : 'i', type.index] } : selfElsewhere(pass, node)
  }
  if (name === 'super' && !/^(scoped|use)_/.test(node.parent?.type ?? '')) return aboveOf(pass, node)
  const own = localAt(scope, name, node.start)
  if (own) return own
  return expressionOf(named(pass, name) ?? ownMember(pass, node, name)) ?? unknownMember(pass, node, name)
}

const expressionOf = (target: Target | undefined): { expression: Expression } | undefined =>
  target && 'index' in target
    ? { expression: [target.to === 'binding' ? 'b' : 's', target.index] }
    : undefined

/** What the type around a node extends. */
function aboveOf(pass: Pass, node: Syntax): { expression: Expression } | undefined {
  const type = typeAround(pass, node)
  const bases = type && pass.shapes[type.index]?.bases
  return bases && { expression: ['|', bases] }
}

/** A name that stands alone where members may: one of the package, or one that a type around inherits. */
function unknownMember(pass: Pass, node: Syntax, name: string): { expression: Expression } | undefined {
  if (!pass.rules.bareMembers || node.type !== 'identifier') return undefined
  const { add } = pass.expressions
  const inherited = surroundings(pass, node).map((of) => add(['.', of, name]))
  return inherited.length > 0 ? { expression: ['|', [add(['g', name, []]), ...inherited]] } : undefined
}

/** Longer names are not what somebody wrote. */
const longest = 200

/** A name that is written with its module: an import of its own, at the first place. */
export function packaged(pass: Pass, node: Syntax, scope: Scope | undefined): Target | undefined {
  const whole = node.end - node.start > longest ? undefined : pass.rules.whole?.(node, pass.source)
  if (!whole) return undefined
  const { root, specifier, imported } = whole
  if (localAt(scope, root, node.start) || knownHere(pass, node, root)) return undefined
  if (specifier === 'self') return named(pass, imported)
  const local = `${specifier} ${imported}`
  const known = pass.bindings.get(local)
  if (known !== undefined) return { to: 'binding', index: known }
  const at = pass.source.positionOf(node.end - imported.length)
  const index = pass.count++
  pass.imports.push({ kind: 'path', specifier, ...at, bindings: [{ local, imported, ...at }] })
  pass.bindings.set(local, index)
  return { to: 'binding', index }
}

/** `self` where the type stands in another file: `impl Display for Error`. */
function selfElsewhere(pass: Pass, node: Syntax): { expression: Expression } | undefined {
  const name = pass.source.definitions[pass.within(node.start)]?.container
  if (name === undefined) return undefined
  const target = named(pass, name)
  const of: Expression =
    target?.to === 'binding'
      ? ['b', target.index]
      : target?.to === 'symbol'
        ? ['s', target.index]
        : ['g', name, []]
  return { expression: ['t', pass.expressions.add(of), []] }
}

/** A name that its file knows: of a function around it, of the file, or of a type around it. */
export const knownHere = (pass: Pass, node: Syntax, name: string): Target | undefined =>
  within(pass, node, name) ?? named(pass, name) ?? ownMember(pass, node, name)

/** A definition inside of a function around a node. */
function within(pass: Pass, node: Syntax, name: string): Target | undefined {
  const { definitions } = pass.source
  for (let at = pass.within(node.start); at >= 0; at = pass.parents[at]!) {
    const around = definitions[at]!
    const index = types.test(around.kind) ? undefined : pass.members.get(`${around.name}\0${name}`)
    if (index !== undefined) return { to: 'symbol', index }
  }
  return undefined
}

function named(pass: Pass, name: string): Target | undefined {
  const binding = pass.bindings.get(name)
  if (binding !== undefined) return { to: 'binding', index: binding }
  const symbol = pass.symbols.get(name) ?? (pass.rules.bareMembers ? pass.types.get(name) : undefined)
  return symbol === undefined ? undefined : { to: 'symbol', index: symbol }
}

function ownMember(pass: Pass, node: Syntax, name: string): Target | undefined {
  if (!pass.rules.bareMembers) return undefined
  for (const type of typesAround(pass, node)) {
    const index = pass.members.get(`${type.name}\0${name}`)
    if (index !== undefined) return { to: 'symbol', index }
  }
  return undefined
}

/** A method that is called without an object, and that no type around has itself: one that they inherit, or that a static import brings. */
export function inherited(pass: Pass, node: Syntax): Target | undefined {
  if (!pass.rules.bareMembers || pass.rules.role(node) !== 'call') return undefined
  const [first, ...others] = surroundings(pass, node)
  if (first === undefined) return undefined
  const index = others.length > 0 ? pass.expressions.add(['|', [first, ...others]]) : first
  return { to: 'typed_member', index }
}

/** Whose members are named without an object: the types around a node, and those that are imported with all they have. */
function surroundings(pass: Pass, node: Syntax): number[] {
  const { add } = pass.expressions
  const around = typesAround(pass, node).map(({ index }) => add(['i', index]))
  return [...around, ...pass.stars.map((index) => add(['b', index]))]
}

/** Kinds of definitions that have members. */
export const types = /^(class|interface|struct|enum|trait|record|object)$/

/** The type whose definition a node stands in; for a Go method or a Rust impl the type that these belong to. */
function typeAround(pass: Pass, node: Syntax): { name: string; index: number } | undefined {
  const { definitions } = pass.source
  const own = definitions[pass.within(node.start)]
  if (!own) return undefined
  const name = types.test(own.kind) ? own.name : own.container
  const index = name === undefined ? undefined : pass.types.get(name)
  return name === undefined || index === undefined ? undefined : { name, index }
}

/** Types around a node that count. */
const mostAround = 10

/** The types around a node, innermost first. */
function typesAround(pass: Pass, node: Syntax): { name: string; index: number }[] {
  const { definitions } = pass.source
  const found: { name: string; index: number }[] = []
  for (let at = pass.within(node.start); at >= 0 && found.length < mostAround; at = pass.parents[at]!)
    if (types.test(definitions[at]!.kind)) found.push({ name: definitions[at]!.name, index: at })
  return found
}
