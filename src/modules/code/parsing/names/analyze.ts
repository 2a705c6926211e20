import { type Analysis, enclosing, parentsOf, type Source, textOf } from '../analysis'
import type { Expression, ImportFact, ReferenceFact, Role, Shape, Target } from '../facts'
import { childIn, type Syntax } from '../syntax'
import { createNameExpressions, type Written } from './expressions'
import { localAt, openScope, type Scope, type ScopeRules } from './scopes'

/** What the analysis of names must know of a language whose scopes are its functions. */
export interface NameRules extends ScopeRules {
  /** Nodes that name something. */
  names: ReadonlySet<string>
  /** What is written of a definition, for the node of its name. */
  written(name: Syntax): Written | undefined
  /** Names that neither use nor bind: keyword arguments, labels, parts of imports. */
  skips(node: Syntax): boolean
  /** What a member is taken of, for the node of its name; undefined for names that stand alone. */
  objectOf(name: Syntax, source: Source): Syntax | undefined
  role(name: Syntax): Role
  /** Words that mean the type around them. */
  self: ReadonlySet<string>
  /** Members of the types around, and of what those extend, are named without them. */
  bareMembers: boolean
  /** A name that is written with the whole way to its module, for the node that ends in it. */
  whole?(node: Syntax, source: Source): WholeName | undefined
}

/** `imported` of the module `specifier`, which is `self` for the file's own. */
export interface WholeName {
  /** What it begins with: where the file knows that by another meaning, the name is no whole one. */
  root: string
  specifier: string
  imported: string
}

interface Pass {
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

/** What a name means where it stands; undefined for names from elsewhere. */
function lookUp(
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

/** A name that is written with its module: an import of its own, at the first place. */
function packaged(pass: Pass, node: Syntax, scope: Scope | undefined): Target | undefined {
  const whole = pass.rules.whole?.(node, pass.source)
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

function bareTarget(pass: Pass, node: Syntax, scope: Scope | undefined): Target | undefined {
  const name = textOf(pass.source, node)
  if (localAt(scope, name, node.start) || pass.rules.self.has(name)) return undefined
  return knownHere(pass, node, name) ?? inherited(pass, node) ?? { to: 'free' }
}

/** A name that its file knows: of a function around it, of the file, or of a type around it. */
const knownHere = (pass: Pass, node: Syntax, name: string): Target | undefined =>
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
function inherited(pass: Pass, node: Syntax): Target | undefined {
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

const types = /^(class|interface|struct|enum|trait|record|object)$/

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

/** A child in a field, as a list for `binds`. */
export const inField = (node: Syntax, field: string): Syntax[] => {
  const child = childIn(node, field)
  return child ? [child] : []
}
