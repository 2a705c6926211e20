import type { FileFacts, ReferenceFact } from '../parsing/facts'
import { pathsDefining } from './definitions'
import type { Graph } from './look'
import { folderOf } from './resolution/project'
import { foldered, scripts } from './usages/surfaces'
import type { Definition } from './usages/usage'

/** Where a reference leads. `exact` is false for a guess by the name alone. */
export interface Followed {
  definitions: Definition[]
  exact: boolean
  /** The package it comes from, when that is not of the repository. */
  package: string | null
}

const nowhere: Followed = { definitions: [], exact: true, package: null }

/** The definition that a reference of a file means, through imports and re-exports. */
export async function followReference(
  graph: Graph,
  path: string,
  reference: ReferenceFact,
): Promise<Followed> {
  const { target, name } = reference
  if (target.to === 'symbol') return exactly(await ordinals(graph, path, [target.index]))
  if (target.to === 'symbol_member')
    return orGuess(graph, name, await membersOf(graph, await ordinals(graph, path, [target.index]), name))
  if (target.to === 'binding') return followBinding(graph, path, target.index)
  if (target.to === 'binding_member') return followMember(graph, path, target.index, name)
  return target.to === 'free' ? followFree(graph, path, name) : orGuess(graph, name, [])
}

const exactly = (definitions: Definition[]): Followed => ({ definitions, exact: true, package: null })

async function ordinals(graph: Graph, path: string, indexes: readonly number[]): Promise<Definition[]> {
  const [file, facts] = [await graph.file(path), await graph.facts(path)]
  return indexes.flatMap((ordinal) =>
    file && facts.symbols[ordinal] ? [{ file, symbol: facts.symbols[ordinal]!, ordinal }] : [],
  )
}

/** The definition that a binding of a file means. */
export async function followBinding(graph: Graph, path: string, index: number): Promise<Followed> {
  const bound = (await graph.bound(path)).find((one) => one.index === index)
  if (!bound) return nowhere
  if (bound.path === null)
    return { ...nowhere, package: await packageOf(graph, path, bound.line, bound.column) }
  if (bound.imported === '*') return nowhere
  return exactly(await exported(graph, bound.path, bound.imported, new Set()))
}

async function packageOf(graph: Graph, path: string, line: number, column: number): Promise<string | null> {
  const edges = await graph.importsOf([path])
  return edges.find((edge) => edge.line === line && edge.column === column)?.package ?? null
}

async function followMember(graph: Graph, path: string, index: number, name: string): Promise<Followed> {
  const bound = (await graph.bound(path)).find((one) => one.index === index)
  if (bound?.imported === '*' && bound.path !== null)
    return exactly(await exported(graph, bound.path, name, new Set()))
  const { definitions, package: from } = await followBinding(graph, path, index)
  if (from !== null) return { ...nowhere, package: from }
  return orGuess(graph, name, await membersOf(graph, definitions, name))
}

/** What a module gives others under a name: its own definition, or another module's that it passes on. */
async function exported(graph: Graph, path: string, name: string, seen: Set<string>): Promise<Definition[]> {
  const key = `${path}\0${name}`
  if (seen.has(key) || seen.size > 500) return []
  seen.add(key)
  if (path.endsWith('/')) return inFolder(graph, path, name)
  const file = await graph.file(path)
  if (!file) return []
  const facts = await graph.facts(path)
  const locals = scripts.has(file.language)
    ? facts.exports.filter((one) => one.name === name).map(({ local }) => local)
    : [name]
  const own = await ordinals(graph, path, topLevel(facts, locals))
  if (own.length > 0) return own
  return passedOn(graph, path, name, locals, seen)
}

const topLevel = ({ symbols }: FileFacts, names: readonly string[]): number[] =>
  symbols.flatMap(({ name, container }, ordinal) =>
    names.includes(name) && container === undefined ? [ordinal] : [],
  )

async function passedOn(
  graph: Graph,
  path: string,
  name: string,
  locals: readonly string[],
  seen: Set<string>,
): Promise<Definition[]> {
  for (const bound of await graph.bound(path)) {
    if (bound.path === null) continue
    const named = bound.kind === 're_export' ? bound.local === name : locals.includes(bound.local)
    const wanted = bound.kind === 'export_all' ? name : named ? bound.imported : undefined
    if (wanted === undefined || wanted === '*') continue
    const found = await exported(graph, bound.path, wanted, seen)
    if (found.length > 0) return found
  }
  return []
}

async function inFolder(graph: Graph, folder: string, name: string): Promise<Definition[]> {
  const files = await graph.inFolder(folder)
  await graph.load(files.map(({ path }) => path))
  const found = await Promise.all(
    files.map(async ({ path }) => ordinals(graph, path, topLevel(await graph.facts(path), [name]))),
  )
  return found.flat()
}

/** Members of this name of the types that these definitions are. */
async function membersOf(graph: Graph, owners: readonly Definition[], name: string): Promise<Definition[]> {
  const found: Definition[] = []
  for (const { file, symbol } of owners) {
    const { symbols } = await graph.facts(file.path)
    const own = symbols.flatMap((one, ordinal) =>
      one.name === name && one.container === symbol.name ? [ordinal] : [],
    )
    found.push(...(await ordinals(graph, file.path, own)))
    if (own.length === 0 && foldered.has(file.language)) {
      const near = await guessed(graph, name)
      found.push(
        ...near.filter(
          (one) => one.symbol.container === symbol.name && folderOf(one.file.path) === folderOf(file.path),
        ),
      )
    }
  }
  return found
}

/** A name from elsewhere: of the same folder in Go and Java, of a module that is imported as a whole, else a guess. */
async function followFree(graph: Graph, path: string, name: string): Promise<Followed> {
  const language = (await graph.file(path))?.language ?? ''
  if (foldered.has(language)) {
    const near = await inFolder(graph, `${folderOf(path)}/`, name)
    if (near.length > 0) return exactly(near)
  }
  for (const bound of await graph.bound(path)) {
    if (bound.kind !== 'export_all' || bound.path === null || scripts.has(language)) continue
    const found = await exported(graph, bound.path, name, new Set())
    if (found.length > 0) return exactly(found)
  }
  return nowhere
}

async function orGuess(graph: Graph, name: string, found: Definition[]): Promise<Followed> {
  if (found.length > 0) return exactly(found)
  const guesses = (await guessed(graph, name)).filter(({ symbol }) => symbol.container !== undefined)
  return { definitions: guesses.slice(0, 10), exact: false, package: null }
}

async function guessed(graph: Graph, name: string): Promise<Definition[]> {
  const paths = (await pathsDefining(graph, name)).slice(0, 20)
  await graph.load(paths)
  const found = await Promise.all(
    paths.map(async (path) =>
      ordinals(
        graph,
        path,
        (await graph.facts(path)).symbols.flatMap((symbol, ordinal) =>
          symbol.name === name ? [ordinal] : [],
        ),
      ),
    ),
  )
  return found.flat()
}
