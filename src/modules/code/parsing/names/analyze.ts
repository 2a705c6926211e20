import { type Analysis, enclosing, type Source, textOf } from '../analysis'
import type { Expression, ImportFact, ReferenceFact, Role, Shape, Target } from '../facts'
import { childIn, type Syntax } from '../syntax'
import { createNameExpressions, type Written } from './expressions'

/** What the analysis of names must know of a language whose scopes are its functions. */
export interface NameRules {
  /** Nodes that open a scope. */
  scopes: ReadonlySet<string>
  /** Nodes that name something. */
  names: ReadonlySet<string>
  /** The names that a node binds in the scope around it, each with the name of its type where that is written. */
  binds(node: Syntax): ({ name: Syntax } & Written)[]
  /** What is written of a definition, for the node of its name. */
  written(name: Syntax): Written | undefined
  /** Names that neither use nor bind: keyword arguments, labels, parts of imports. */
  skips(node: Syntax): boolean
  /** What a member is taken of, for the node of its name; undefined for names that stand alone. */
  objectOf(name: Syntax): Syntax | undefined
  role(name: Syntax): Role
  /** Words that mean the type around them. */
  self: ReadonlySet<string>
  /** Members of the type around are named without it. */
  bareMembers: boolean
}

interface Scope {
  parent: Scope | undefined
  locals: Map<string, Written>
}

interface Pass {
  source: Source
  rules: NameRules
  bindings: Map<string, number>
  symbols: Map<string, number>
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
  imports
    .flatMap(({ bindings: all }) => all)
    .forEach(({ local }, index) => {
      if (local !== '') bindings.set(local, index)
    })
  const symbols = new Map<string, number>()
  source.definitions.forEach(({ name, container }, index) => {
    if (container === undefined && !symbols.has(name)) symbols.set(name, index)
  })
  const within = enclosing(source.definitions)
  const pass: Pass = {
    source,
    rules,
    bindings,
    symbols,
    within,
    bound: new Set(),
    references: [],
    expressions: createNameExpressions(source),
    shapes: {},
    ...indexOf(source),
  }
  visit(pass, source.root, undefined)
  const { references, expressions, shapes } = pass
  return { imports, exports: [], references, expressions: expressions.list, shapes }
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
  const scope = rules.scopes.has(node.type) ? openScope(pass, node, around) : around
  if (rules.names.has(node.type)) {
    const ordinal = pass.ordinals.get(node.start)
    if (ordinal !== undefined) readShape(pass, node, scope, ordinal)
    else if (!pass.bound.has(node) && !rules.skips(node)) read(pass, node, scope)
  }
  for (const child of node.children) visit(pass, child, scope)
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
  const name = textOf(pass.source, node)
  if (pass.rules.self.has(name)) {
    const type = typeAround(pass, node)
    return type ? { expression: [/^[A-Z]/.test(name) ? 's' : 'i', type.index] } : selfElsewhere(pass, node)
  }
  const own = local(scope, name)
  if (own) return own
  const target = named(pass, name) ?? ownMember(pass, node, name)
  if (!target || !('index' in target)) return undefined
  return { expression: [target.to === 'binding' ? 'b' : 's', target.index] }
}

function openScope(pass: Pass, node: Syntax, parent: Scope | undefined): Scope {
  const scope: Scope = { parent, locals: new Map() }
  const collect = (at: Syntax) => {
    for (const { name, ...written } of pass.rules.binds(at)) {
      pass.bound.add(name)
      scope.locals.set(textOf(pass.source, name), written)
    }
    for (const child of at.children) if (!pass.rules.scopes.has(child.type)) collect(child)
  }
  for (const child of node.children) collect(child)
  return scope
}

function read(pass: Pass, node: Syntax, scope: Scope | undefined): void {
  const object = pass.rules.objectOf(node)
  const target = object ? memberTarget(pass, object, scope) : bareTarget(pass, node, scope)
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

function local(scope: Scope | undefined, name: string): Written | undefined {
  for (let at = scope; at; at = at.parent) {
    const found = at.locals.get(name)
    if (found) return found
  }
  return undefined
}

function bareTarget(pass: Pass, node: Syntax, scope: Scope | undefined): Target | undefined {
  const name = textOf(pass.source, node)
  if (local(scope, name) || pass.rules.self.has(name)) return undefined
  return named(pass, name) ?? ownMember(pass, node, name) ?? inherited(pass, node) ?? { to: 'free' }
}

function named(pass: Pass, name: string): Target | undefined {
  const binding = pass.bindings.get(name)
  if (binding !== undefined) return { to: 'binding', index: binding }
  const symbol = pass.symbols.get(name) ?? (pass.rules.bareMembers ? pass.types.get(name) : undefined)
  return symbol === undefined ? undefined : { to: 'symbol', index: symbol }
}

function ownMember(pass: Pass, node: Syntax, name: string): Target | undefined {
  if (!pass.rules.bareMembers) return undefined
  const type = typeAround(pass, node)
  const index = type && pass.members.get(`${type.name}\0${name}`)
  return index === undefined ? undefined : { to: 'symbol', index }
}

/** A method that is called without an object, and that the type itself does not have: one that it inherits. */
function inherited(pass: Pass, node: Syntax): Target | undefined {
  if (!pass.rules.bareMembers || pass.rules.role(node) !== 'call') return undefined
  const type = typeAround(pass, node)
  return type && { to: 'typed_member', index: pass.expressions.add(['i', type.index]) }
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

/** A child in a field, as a list for `binds`. */
export const inField = (node: Syntax, field: string): Syntax[] => {
  const child = childIn(node, field)
  return child ? [child] : []
}
