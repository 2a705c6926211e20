import type { ReferenceFact } from '../parsing/facts'
import type { Bound } from './bound'
import { fromElsewhere } from './exported'
import { inferenceOf } from './inference/infer'
import { isType, type Known } from './inference/known'
import { importedBy } from './inference/members'
import type { Graph } from './look'
import type { Definition } from './usages/usage'

/** Where a reference leads. `exact` is false for a guess by the name alone, and where there is no definition. */
export interface Followed {
  definitions: Definition[]
  exact: boolean
  /** The package it comes from, when that is not of the repository. */
  package: string | null
}

const nowhere: Followed = { definitions: [], exact: false, package: null }

/** The definition that a reference of a file means, through imports and re-exports. */
export async function followReference(
  graph: Graph,
  path: string,
  reference: ReferenceFact,
): Promise<Followed> {
  const { target, name } = reference
  if (target.to === 'symbol') return exactly(await ordinals(graph, path, [target.index]))
  if (target.to === 'binding') return followBinding(graph, path, target.index)
  if (target.to === 'free') return followFree(graph, path, reference)
  if (target.to === 'unknown') return orGuess(graph, name, [])
  return followMember(graph, path, reference)
}

/** What the object of a member can be. */
export async function receiversOf(
  graph: Graph,
  path: string,
  { target }: ReferenceFact,
): Promise<readonly Known[]> {
  const inference = inferenceOf(graph)
  if (target.to === 'typed_member') return inference.infer(path, target.index)
  if (target.to === 'symbol_member') return typesOf(graph, await ordinals(graph, path, [target.index]))
  if (target.to !== 'binding_member') return []
  const bound = await graph.binding(path, target.index)
  if (!bound || bound.path === null) return []
  const found = await typesOf(graph, await importedBy(inferenceOf(graph), bound))
  return bound.imported === '*' ? [...found, { as: 'module', path: bound.root ?? bound.path }] : found
}

async function typesOf(graph: Graph, definitions: readonly Definition[]): Promise<Known[]> {
  const found: Known[] = []
  for (const one of definitions) found.push(...(await inferenceOf(graph).typeOf(one)))
  return found
}

/** The definitions of a member, of what its object can be and of what that extends. */
export async function membersMeant(
  graph: Graph,
  path: string,
  reference: ReferenceFact,
): Promise<{ known: boolean; definitions: Definition[] }> {
  const receivers = await receiversOf(graph, path, reference)
  const found: Definition[] = []
  for (const known of receivers)
    for (const { definition } of await inferenceOf(graph).members(known, reference.name))
      found.push(definition)
  return { known: receivers.length > 0, definitions: [...new Set(found)] }
}

async function followMember(graph: Graph, path: string, reference: ReferenceFact): Promise<Followed> {
  const { target, name } = reference
  const bound = target.to === 'binding_member' ? await graph.binding(path, target.index) : undefined
  if (bound && bound.path === null)
    return { ...nowhere, package: await packageOf(graph, path, bound.line, bound.column) }
  return orGuess(graph, name, (await membersMeant(graph, path, reference)).definitions)
}

const exactly = (definitions: Definition[]): Followed => ({
  definitions,
  exact: definitions.length > 0,
  package: null,
})

async function ordinals(graph: Graph, path: string, indexes: readonly number[]): Promise<Definition[]> {
  const [file, facts] = [await graph.file(path), await graph.facts(path)]
  return indexes.flatMap((ordinal) =>
    file && facts.symbols[ordinal] ? [{ file, symbol: facts.symbols[ordinal]!, ordinal }] : [],
  )
}

/** The definition that a binding of a file means. */
export async function followBinding(graph: Graph, path: string, index: number): Promise<Followed> {
  const bound = await graph.binding(path, index)
  if (!bound) return nowhere
  if (bound.path === null)
    return { ...nowhere, package: await packageOf(graph, path, bound.line, bound.column) }
  const found = await importedBy(inferenceOf(graph), bound)
  return exactly(found.length > 0 || bound.imported !== '*' ? found : await moduleItself(graph, bound))
}

async function packageOf(graph: Graph, path: string, line: number, column: number): Promise<string | null> {
  const edges = await graph.importsOf([path])
  return edges.find((edge) => edge.line === line && edge.column === column)?.package ?? null
}

/** A module as a whole: the beginning of its file. */
async function moduleItself(graph: Graph, { path, root, local }: Bound): Promise<Definition[]> {
  const file = await graph.file(root ?? path ?? '')
  const place = { line: 1, column: 1, endLine: 1, exported: true }
  return file ? [{ file, symbol: { name: local, kind: 'module', ...place }, ordinal: -1 }] : []
}

async function followFree(graph: Graph, path: string, reference: ReferenceFact): Promise<Followed> {
  const found = await inherited(graph, path, reference)
  return exactly(found.length > 0 ? found : await fromElsewhere(graph, path, reference.name))
}

/** A name of Java that is a member of what a type around it extends, or of what is imported with all it has. */
async function inherited(graph: Graph, path: string, { name, line }: ReferenceFact): Promise<Definition[]> {
  if (!path.endsWith('.java')) return []
  const inference = inferenceOf(graph)
  const { symbols } = await graph.facts(path)
  const around = [...symbols.keys()].filter((at) => symbols[at]!.line <= line && line <= symbols[at]!.endLine)
  const types = (await ordinals(graph, path, around.reverse())).filter(isType)
  for (const bound of await graph.bound(path))
    if (bound.kind === 'export_all' && bound.imported !== '*')
      types.push(...(await importedBy(inference, bound)))
  for (const definition of types) {
    const members = (await inference.members({ as: 'named', definition }, name)).map((one) => one.definition)
    const found = members.filter(({ symbol }) => symbol.kind !== 'constructor')
    if (found.length > 0) return found
  }
  return []
}

async function orGuess(graph: Graph, name: string, found: Definition[]): Promise<Followed> {
  if (found.length > 0) return exactly(found)
  const guesses = (await guessed(graph, name)).filter(({ symbol }) => symbol.container !== undefined)
  return { definitions: guesses.slice(0, 10), exact: false, package: null }
}

async function guessed(graph: Graph, name: string): Promise<Definition[]> {
  const paths = (await graph.defining(name)).slice(0, 20)
  await graph.load(paths)
  return (await Promise.all(paths.map((path) => graph.named(path, name)))).flat()
}
