import { type Analysis, enclosing, type Source, textOf } from '../analysis'
import type { ImportFact, ReferenceFact, Role, Target } from '../facts'
import { childIn, type Syntax } from '../syntax'

/** What the analysis of names must know of a language whose scopes are its functions. */
export interface NameRules {
  /** Nodes that open a scope. */
  scopes: ReadonlySet<string>
  /** Nodes that name something. */
  names: ReadonlySet<string>
  /** The names that a node binds in the scope around it, each with the name of its type where that is written. */
  binds(node: Syntax): { name: Syntax; type?: Syntax | undefined }[]
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
  locals: Map<string, Syntax | undefined>
}

interface Pass {
  source: Source
  rules: NameRules
  bindings: Map<string, number>
  symbols: Map<string, number>
  within: (offset: number) => number
  bound: Set<Syntax>
  references: ReferenceFact[]
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
  const starts = new Set(source.definitions.map(({ nameStart }) => nameStart))
  const pass: Pass = { source, rules, bindings, symbols, within, bound: new Set(), references: [] }
  visit(pass, source.root, undefined, starts)
  return { imports, exports: [], references: pass.references }
}

function visit(pass: Pass, node: Syntax, around: Scope | undefined, starts: ReadonlySet<number>): void {
  const { rules } = pass
  const scope = rules.scopes.has(node.type) ? openScope(pass, node, around) : around
  if (rules.names.has(node.type) && !starts.has(node.start) && !pass.bound.has(node) && !rules.skips(node))
    read(pass, node, scope)
  for (const child of node.children) visit(pass, child, scope, starts)
}

function openScope(pass: Pass, node: Syntax, parent: Scope | undefined): Scope {
  const scope: Scope = { parent, locals: new Map() }
  const collect = (at: Syntax) => {
    for (const { name, type } of pass.rules.binds(at)) {
      pass.bound.add(name)
      scope.locals.set(textOf(pass.source, name), type)
    }
    for (const child of at.children) if (!pass.rules.scopes.has(child.type)) collect(child)
  }
  for (const child of node.children) collect(child)
  return scope
}

function read(pass: Pass, node: Syntax, scope: Scope | undefined): void {
  const object = pass.rules.objectOf(node)
  const target = object ? memberTarget(meaning(pass, object, scope)) : bareTarget(pass, node, scope)
  if (!target) return
  const name = textOf(pass.source, node)
  const position = pass.source.positionOf(node.start)
  pass.references.push({
    name,
    ...position,
    role: pass.rules.role(node),
    target,
    within: pass.within(node.start),
  })
}

const memberTarget = (target: Target | undefined): Target => {
  if (target?.to === 'binding') return { to: 'binding_member', index: target.index }
  return target?.to === 'symbol' ? { to: 'symbol_member', index: target.index } : { to: 'unknown' }
}

function local(scope: Scope | undefined, name: string): { type: Syntax | undefined } | undefined {
  for (let at = scope; at; at = at.parent) if (at.locals.has(name)) return { type: at.locals.get(name) }
  return undefined
}

function bareTarget(pass: Pass, node: Syntax, scope: Scope | undefined): Target | undefined {
  const name = textOf(pass.source, node)
  if (local(scope, name) || pass.rules.self.has(name)) return undefined
  return named(pass, name) ?? ownMember(pass, node, name) ?? { to: 'free' }
}

function named(pass: Pass, name: string): Target | undefined {
  const binding = pass.bindings.get(name)
  if (binding !== undefined) return { to: 'binding', index: binding }
  const symbol = pass.symbols.get(name)
  return symbol === undefined ? undefined : { to: 'symbol', index: symbol }
}

function ownMember(pass: Pass, node: Syntax, name: string): Target | undefined {
  if (!pass.rules.bareMembers) return undefined
  const type = typeAround(pass, node)
  const index = pass.source.definitions.findIndex(
    (definition) => definition.name === name && definition.container === type?.name,
  )
  return type && index >= 0 ? { to: 'symbol', index } : undefined
}

const types = /^(class|interface|struct|enum|trait|record|object)$/

/** The type whose definition a node stands in; for a Go method or a Rust impl the type that these belong to. */
function typeAround(pass: Pass, node: Syntax): { name: string; index: number } | undefined {
  const { definitions } = pass.source
  const own = definitions[pass.within(node.start)]
  if (!own) return undefined
  const name = types.test(own.kind) ? own.name : own.container
  const index = definitions.findIndex((definition) => definition.name === name && types.test(definition.kind))
  return name === undefined || index < 0 ? undefined : { name, index }
}

/** What the object of a member is: an import, a type of the file, or a variable of such a type. */
function meaning(pass: Pass, object: Syntax, scope: Scope | undefined): Target | undefined {
  const name = textOf(pass.source, object)
  if (pass.rules.self.has(name)) {
    const type = typeAround(pass, object)
    return type && { to: 'symbol', index: type.index }
  }
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) return undefined
  const found = local(scope, name)
  if (!found) return named(pass, name)
  return found.type ? named(pass, textOf(pass.source, found.type)) : undefined
}

/** A child in a field, as a list for `binds`. */
export const inField = (node: Syntax, field: string): Syntax[] => {
  const child = childIn(node, field)
  return child ? [child] : []
}
