import type { Edge, Graph } from '../look'
import { folderOf } from '../resolution/project'
import { foldered } from '../usages/surfaces'

export type Direction = 'dependents' | 'dependencies'

/** A file's neighbours in the graph of imports, level by level. */
export interface Walk {
  direct: string[]
  /** Of each file that was reached, the further ones that were met through it first. */
  indirect: Record<string, string[]>
  cycles: string[][]
  count: number
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
  let level = [start]
  for (let at = 1; at <= depth && level.length > 0 && parents.size < mostFiles; at++) {
    const next: string[] = []
    for (const [from, to] of await steps(graph, level, direction, includeTests)) {
      if (parents.size >= mostFiles) break
      if (to === start && from !== start && walk.cycles.length < mostCycles)
        walk.cycles.push(cycle(parents, from, start))
      if (parents.has(to)) continue
      parents.set(to, from)
      next.push(to)
      if (at === 1) walk.direct.push(to)
      else if (walk.indirect[from]) walk.indirect[from].push(to)
      else walk.indirect[from] = [to]
    }
    level = next
  }
  walk.direct.sort()
  walk.count = parents.size - 1
  return walk
}

function cycle(parents: ReadonlyMap<string, string | undefined>, from: string, start: string): string[] {
  const way: string[] = []
  for (let at: string | undefined = from; at !== undefined; at = parents.get(at)) way.unshift(at)
  return [...way, start]
}

/** Pairs of a file of the level and a neighbour. */
async function steps(
  graph: Graph,
  level: readonly string[],
  direction: Direction,
  includeTests: boolean,
): Promise<[string, string][]> {
  const pairs = direction === 'dependents' ? await dependents(graph, level) : await dependencies(graph, level)
  const fitting: [string, string][] = []
  const seen = new Set<string>()
  for (const [from, to] of pairs) {
    const key = `${from}\0${to}`
    if (from === to || seen.has(key)) continue
    seen.add(key)
    if (includeTests || !(await graph.file(to))?.test) fitting.push([from, to])
  }
  return fitting
}

async function dependents(graph: Graph, level: readonly string[]): Promise<[string, string][]> {
  const byTarget = new Map<string, string[]>()
  for (const path of level) {
    const language = (await graph.file(path))?.language ?? ''
    const targets = foldered.has(language) ? [path, `${folderOf(path)}/`] : [path]
    for (const target of targets) {
      const known = byTarget.get(target)
      if (known) known.push(path)
      else byTarget.set(target, [path])
    }
  }
  const edges = await graph.importsInto([...byTarget.keys()])
  return edges.flatMap(({ from, path }) =>
    (byTarget.get(path!) ?? []).map((to): [string, string] => [to, from]),
  )
}

async function dependencies(graph: Graph, level: readonly string[]): Promise<[string, string][]> {
  const pairs: [string, string][] = []
  for (const { from, path } of await graph.importsOf(level))
    for (const to of await filesOf(graph, path)) pairs.push([from, to])
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
