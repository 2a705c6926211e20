import type { ReferenceFact } from '../../parsing/facts'
import { followBinding, followReference, membersMeant } from '../follow'
import { inferenceOf } from '../inference/infer'
import { isType } from '../inference/known'
import { basesOf, ownerOf, ownMembers } from '../inference/members'
import type { Graph } from '../look'
import { dependentsOf } from './dependents'
import { nameUsages, unique, usage } from './name-usages'
import { scripts } from './surfaces'
import type { Definition, Usage, Usages } from './usage'

/**
 * Where a member is used: on what has it by its type, on what extends that, and through what it overrides. Possible are members of the
 * same name whose object nobody knows.
 */
export async function memberUsages(graph: Graph, definition: Definition, owner: Definition): Promise<Usages> {
  const own = await nameUsages(graph, definition)
  if (definition.symbol.name === 'constructor')
    return { certain: unique(await creations(graph, definition)), possible: [] }
  const family = await familyOf(graph, definition, owner)
  const related = new Map<string, boolean>()
  const found: Usages = { certain: own, possible: [] }
  const homes = [owner, ...family.values()].map(({ file }) => file.path)
  const paths = await dependentsOf(graph, [...new Set(homes)])
  const candidates = await graph.mentioning(definition.symbol.name, paths)
  await graph.loadBound(candidates)
  const exact = !scripts.has(definition.file.language)
  for (const path of candidates) {
    for (const one of await importsOf(graph, path, definition)) found.certain.push(one)
    for (const reference of await membersNamed(graph, path, definition.symbol.name)) {
      const { known, definitions } = await meant(graph, path, reference)
      const own = definitions.some((one) => keyOf(one) === keyOf(definition))
      if (own) found.certain.push(usage(path, reference))
      else if (!known) found.possible.push(usage(path, reference))
      // Through what it overrides: whether this one is meant is known when it runs.
      else if (exact && definitions.some((one) => family.has(keyOf(one))))
        found.possible.push(usage(path, reference))
      else if (exact) continue
      else if (await anyOf(definitions, (one) => isRelated(graph, one, family, related)))
        found.certain.push(usage(path, reference))
    }
  }
  return { certain: unique(found.certain), possible: unique(found.possible) }
}

/** References that a member may be meant by; in Java names that stand alone, too. */
const membersNamed = async (graph: Graph, path: string, name: string): Promise<readonly ReferenceFact[]> =>
  ((await graph.uses(path)).named.get(name) ?? []).filter(
    ({ target }) =>
      /_member$/.test(target.to) || target.to === 'unknown' || (isAlone(target) && nests.test(path)),
  )

const isAlone = ({ to }: ReferenceFact['target']) => to === 'free' || to === 'binding'

async function meant(graph: Graph, path: string, reference: ReferenceFact) {
  if (!isAlone(reference.target)) return membersMeant(graph, path, reference)
  return { known: true, definitions: (await followReference(graph, path, reference)).definitions }
}

/** Files whose imports bring members: of Java's types, and variants of Rust's. */
const nests = /\.(java|rs)$/

async function importsOf(graph: Graph, path: string, definition: Definition): Promise<Usage[]> {
  if (!nests.test(path)) return []
  const found: Usage[] = []
  for (const bound of await graph.bound(path)) {
    if (bound.index === undefined || bound.imported.split('.').at(-1) !== definition.symbol.name) continue
    const { definitions } = await followBinding(graph, path, bound.index)
    if (definitions.some((one) => keyOf(one) === keyOf(definition)))
      found.push({ path, line: bound.line, column: bound.column, type: 'import', within: -1 })
  }
  return found
}

async function anyOf<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (await holds(item)) return true
  return false
}

const keyOf = ({ file, symbol }: Definition) => `${file.path}#${symbol.container ?? ''}`

/** The declarations of a member: its own, and those that it overrides. */
async function familyOf(
  graph: Graph,
  definition: Definition,
  owner: Definition,
): Promise<Map<string, Definition>> {
  const family = new Map([[keyOf(definition), definition]])
  if (!isType(owner)) {
    // What a literal has by its annotation is a member of that type.
    for (const known of await inferenceOf(graph).typeOf(owner))
      for (const one of await inferenceOf(graph).members(known, definition.symbol.name))
        family.set(keyOf(one.definition), one.definition)
    return family
  }
  for (const type of await ancestorsOf(graph, owner))
    for (const one of await ownMembers(inferenceOf(graph), type, definition.symbol.name))
      family.set(keyOf(one), one)
  return family
}

const mostAncestors = 100

async function ancestorsOf(graph: Graph, type: Definition): Promise<Definition[]> {
  const seen = new Map<string, Definition>()
  const queue = [type]
  for (let at = queue.shift(); at && seen.size < mostAncestors; at = queue.shift()) {
    for (const { definition } of await basesOf(inferenceOf(graph), at, undefined, true)) {
      const key = `${definition.file.path}#${definition.ordinal}`
      if (seen.has(key)) continue
      seen.set(key, definition)
      queue.push(definition)
    }
  }
  return [...seen.values()]
}

async function isRelated(
  graph: Graph,
  definition: Definition,
  family: ReadonlyMap<string, Definition>,
  known: Map<string, boolean>,
): Promise<boolean> {
  const key = keyOf(definition)
  const before = known.get(key)
  if (before !== undefined) return before
  const owner = family.has(key) ? undefined : await ownerOf(inferenceOf(graph), definition)
  const above = owner ? await ancestorsOf(graph, owner) : []
  const related =
    family.has(key) ||
    (await anyOf(above, async (type) =>
      (
        await ownMembers(inferenceOf(graph), type, definition.symbol.name)
      ).some((one) => family.has(keyOf(one))),
    ))
  known.set(key, related)
  return related
}

/** A constructor is used where its class is created, or one that extends it without a constructor of its own. */
async function creations(graph: Graph, definition: Definition): Promise<Usage[]> {
  const found: Usage[] = []
  const paths = await dependentsOf(graph, [definition.file.path])
  const candidates = await graph.mentioning('new', paths)
  await graph.loadBound(candidates)
  for (const path of candidates)
    for (const reference of (await graph.facts(path)).references) {
      if (reference.role !== 'new') continue
      const created = await constructorsOf(graph, path, reference)
      if (created.some((one) => keyOf(one) === keyOf(definition))) found.push(usage(path, reference))
    }
  return found
}

/** The constructors that a `new` or `super` runs. */
async function constructorsOf(graph: Graph, path: string, reference: ReferenceFact): Promise<Definition[]> {
  if (reference.name === 'constructor') return (await membersMeant(graph, path, reference)).definitions
  const { definitions } = await followReference(graph, path, reference)
  const found: Definition[] = []
  for (const definition of definitions)
    for (const one of await inferenceOf(graph).members({ as: 'named', definition }, 'constructor'))
      found.push(one.definition)
  return found
}
