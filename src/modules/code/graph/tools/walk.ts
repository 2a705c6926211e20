import type { Edge, Graph } from '../look'
import { neighboursOf } from '../neighbours'
import { foldered, targetsOf } from '../usages/surfaces'

export type Direction = 'dependents' | 'dependencies'

/** A file's neighbours in the graph of imports and packages, level by level. */
export interface Walk {
  direct: string[]
  /** Of each file that was reached, the further ones that were met through it first. */
  indirect: Record<string, string[]>
  cycles: string[][]
  count: number
  /** Of all these the ones that were met first without an import: by neighbours of one package, or by names with their whole path. */
  without_import?: string[]
}

/** A walk ends when it has met so many files, its start among them. */
export const mostFiles = 5000
const mostCycles = 20

/** Walks imports from a file, at most `depth` levels. A file is counted once, where it is met first; a way back to the start is a cycle. */
export async function walkImports(
  graph: Graph,
  start: string,
  direction: Direction,
  depth: number,
  includeTests: boolean,
): Promise<Walk> {
  const walk: Walk = { direct: [], indirect: Object.create(null), cycles: [], count: 0 }
  const parents = new Map<string, string | undefined>([[start, undefined]])
  const unimported: string[] = []
  let level = [start]
  for (let at = 1; at <= depth && level.length > 0 && parents.size < mostFiles; at++) {
    const next: string[] = []
    for (const [from, to, bare] of await steps(graph, level, direction, includeTests)) {
      if (parents.size >= mostFiles) break
      if (to === start && from !== start && walk.cycles.length < mostCycles)
        walk.cycles.push(cycle(parents, from, start))
      if (parents.has(to)) continue
      parents.set(to, from)
      next.push(to)
      if (bare) unimported.push(to)
      if (at === 1) walk.direct.push(to)
      else if (walk.indirect[from]) walk.indirect[from].push(to)
      else walk.indirect[from] = [to]
    }
    level = next
  }
  walk.direct.sort()
  if (unimported.length > 0) walk.without_import = unimported
  walk.count = parents.size - 1
  return walk
}

function cycle(parents: ReadonlyMap<string, string | undefined>, from: string, start: string): string[] {
  const way: string[] = []
  for (let at: string | undefined = from; at !== undefined; at = parents.get(at)) way.unshift(at)
  return [...way, start]
}

/** A file of the level, a neighbour, and whether there is no import between them. */
type Pair = [from: string, to: string, bare: boolean]

/** Pairs of a level; those of imports come first. */
async function steps(
  graph: Graph,
  level: readonly string[],
  direction: Direction,
  includeTests: boolean,
): Promise<Pair[]> {
  const pairs = direction === 'dependents' ? await dependents(graph, level) : await dependencies(graph, level)
  for (const path of level)
    for (const one of await neighboursOf(graph, path, direction)) pairs.push([path, one, true])
  pairs.sort(([, , a], [, , b]) => Number(a) - Number(b))
  const fitting: Pair[] = []
  const seen = new Set<string>()
  for (const [from, to, bare] of pairs) {
    const key = `${from}\0${to}`
    if (from === to || seen.has(key)) continue
    seen.add(key)
    if (includeTests || !(await graph.file(to))?.test) fitting.push([from, to, bare])
  }
  return fitting
}

async function dependents(graph: Graph, level: readonly string[]): Promise<Pair[]> {
  const byTarget = new Map<string, string[]>()
  for (const path of level) {
    for (const target of await targetsOf(graph, path)) {
      const known = byTarget.get(target)
      if (known) known.push(path)
      else byTarget.set(target, [path])
    }
  }
  const edges = await graph.importsInto([...byTarget.keys()])
  return edges.flatMap(({ from, path, kind }) =>
    (byTarget.get(path!) ?? []).map((to): Pair => [to, from, kind === 'path']),
  )
}

async function dependencies(graph: Graph, level: readonly string[]): Promise<Pair[]> {
  const pairs: Pair[] = []
  for (const { from, path, kind } of await graph.importsOf(level))
    for (const to of await filesOf(graph, path)) pairs.push([from, to, kind === 'path'])
  return pairs
}

/** A target as files: a package's folder means the files in it. */
async function filesOf(graph: Graph, target: Edge['path']): Promise<string[]> {
  if (target === null) return []
  if (!target.endsWith('/')) return [target]
  return (await graph.inFolder(target))
    .filter(({ test, language }) => !test && foldered.has(language))
    .map(({ path }) => path)
}
