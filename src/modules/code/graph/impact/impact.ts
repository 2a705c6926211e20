import { dirname } from 'node:path/posix'
import { nameOfDefinition } from '../definitions'
import type { Graph } from '../look'
import { walkImports } from '../tools/walk'
import type { Definition } from '../usages/usage'
import { usagesOf } from '../usages/usages-of'
import type { ChangedFile } from './diff'

/** A file that a change reaches. */
export interface Affected {
  path: string
  reason: string
  change_requirement: 'update' | 'review' | 'test'
  direct_dependents_count: number
  indirect_dependents_count: number
  /** Who they are, nearest first; of the files that change alone. */
  indirect_dependents?: string[]
}

/** A symbol whose lines are changed, and how much uses it. */
export interface ChangedSymbol {
  symbol: string
  file: string
  line: number
  exported: boolean
  usages: number
  files: string[]
}

export interface Impact {
  affected: Map<string, Affected>
  symbols: ChangedSymbol[]
  tests: Set<string>
  unknown: string[]
  /** Files that go or move while others, which do not change, import them; `to` is where it moves. */
  dangling: { path: string; to?: string; importers: number }[]
}

const mostSymbols = 40
/** Symbols of the whole change; files beyond them count by who imports them. */
const mostFollowed = 200
/** Files that are walked over to count who depends indirectly; after that only direct ones are counted. */
const mostWalked = 20_000
const mostAffected = 500
const mostNamed = 20

/** What a change of these files reaches: users of the symbols whose lines change, else whoever imports the file. */
export async function measureImpact(graph: Graph, changes: readonly ChangedFile[]): Promise<Impact> {
  const impact: Impact = { affected: new Map(), symbols: [], tests: new Set(), unknown: [], dangling: [] }
  const changing = new Set(changes.map(({ path, previous }) => previous ?? path))
  let walked = 0
  for (const change of changes) {
    const path = change.previous ?? change.path
    const file = await graph.file(path)
    if (!file) {
      if (change.status !== 'added') impact.unknown.push(path)
      else if (change.reason) impact.affected.set(path, goneFile(path, change.reason))
      continue
    }
    const walk = await walkImports(graph, path, 'dependents', walked < mostWalked ? 3 : 1, true)
    walked += walk.count
    const indirect = Object.values(walk.indirect).flat()
    impact.affected.set(path, {
      path,
      reason: change.reason ?? reasonOf(change),
      change_requirement: 'update',
      direct_dependents_count: walk.direct.length,
      indirect_dependents_count: walk.count - walk.direct.length,
      ...(indirect.length > 0 && { indirect_dependents: indirect.slice(0, mostNamed) }),
    })
    const reached = [...walk.direct, ...indirect]
    for (const other of reached) if ((await graph.file(other))?.test) impact.tests.add(other)
    if (file.test) impact.tests.add(path)
    const followed = await followSymbols(graph, path, change, impact)
    const byLines = followed && change.status === 'modified' && change.ranges.length > 0
    const touched = byLines ? followed : [...new Set([...walk.direct, ...(followed ?? [])])]
    if (isLost(change)) {
      const left = path.endsWith('.go') ? (staysInPackage(change) ? [] : (followed ?? touched)) : touched
      const importers = left.filter((other) => !changing.has(other)).length
      if (importers > 0) impact.dangling.push({ path, importers, ...movesTo(change) })
    }
    for (const other of touched) if ((await graph.file(other))?.test) impact.tests.add(other)
    for (const other of touched) await addDependent(graph, impact, other, path)
  }
  return impact
}

/** True when the path is there no more after the change. */
const isLost = ({ status, previous }: ChangedFile) =>
  status === 'deleted' || (status === 'renamed' && previous !== undefined)

/** A Go package is its folder: importers do not name its files. */
const staysInPackage = ({ status, path, previous }: ChangedFile) =>
  status === 'renamed' && dirname(path) === dirname(previous ?? '')

const movesTo = ({ status, path }: ChangedFile) => (status === 'renamed' ? { to: path } : {})

/** Languages whose files see each other without an import. */
const seesNeighbours = (path: string) => /\.(go|java)$/.test(path)

/**
 * Who uses the symbols whose lines change; of a file that goes, or whose neighbours need no import, all symbols count that other files use.
 * Undefined where lines say nothing.
 */
async function followSymbols(graph: Graph, path: string, change: ChangedFile, impact: Impact) {
  if (impact.symbols.length >= mostFollowed) return undefined
  if (change.status === 'deleted' || (change.ranges.length === 0 && seesNeighbours(path))) {
    const all = await changedSymbols(graph, path, { ...change, ranges: [[1, Number.MAX_SAFE_INTEGER]] })
    const lost: Impact = { ...impact, symbols: [] }
    const users = await usersOf(graph, all, lost)
    if (change.status === 'deleted')
      impact.symbols.push(...lost.symbols.filter(({ files }) => files.length > 0))
    return users
  }
  if (change.ranges.length === 0 || change.status !== 'modified') return undefined
  return usersOf(graph, await changedSymbols(graph, path, change), impact)
}

const goneFile = (path: string, reason: string): Affected => ({
  path,
  reason,
  change_requirement: 'update',
  direct_dependents_count: 0,
  indirect_dependents_count: 0,
})

function reasonOf({ status, path, previous }: ChangedFile): string {
  if (status === 'deleted') return 'is deleted'
  if (status === 'added') return 'is there already, and would be replaced'
  return status === 'renamed' ? `is renamed from ${previous} to ${path}` : 'is modified'
}

async function addDependent(graph: Graph, { affected }: Impact, path: string, of: string): Promise<void> {
  if (affected.has(path) || affected.size >= mostAffected) return
  const test = (await graph.file(path))?.test ?? false
  const direct = (await walkImports(graph, path, 'dependents', 1, true)).count
  affected.set(path, {
    path,
    reason: `uses ${of}`,
    change_requirement: test ? 'test' : 'review',
    direct_dependents_count: direct,
    indirect_dependents_count: 0,
  })
}

/** The innermost symbols whose lines are changed; for members also the type around them. */
async function changedSymbols(graph: Graph, path: string, { ranges }: ChangedFile): Promise<Definition[]> {
  const [file, facts] = [(await graph.file(path))!, await graph.facts(path)]
  const touches = touching(ranges)
  return facts.symbols
    .flatMap((symbol, ordinal) => (touches(symbol.line, symbol.endLine) ? [{ file, symbol, ordinal }] : []))
    .slice(0, mostSymbols)
}

/** Tells whether lines are among the changed ones, by bisection. */
export function touching(ranges: ChangedFile['ranges']): (from: number, to: number) => boolean {
  const sorted: [number, number][] = []
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = sorted.at(-1)
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else sorted.push([first, last])
  }
  return (from, to) => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle]![1] < from) low = middle + 1
      else high = middle
    }
    return low < sorted.length && sorted[low]![0] <= to
  }
}

async function usersOf(graph: Graph, symbols: readonly Definition[], impact: Impact): Promise<string[]> {
  const users = new Set<string>()
  for (const definition of symbols) {
    const { certain } = await usagesOf(graph, definition)
    const files = [...new Set(certain.map(({ path }) => path))].filter(
      (path) => path !== definition.file.path,
    )
    for (const path of files) users.add(path)
    const { line, exported } = definition.symbol
    impact.symbols.push({
      symbol: nameOfDefinition(definition),
      file: definition.file.path,
      line,
      exported,
      usages: certain.length,
      files: files.slice(0, 10),
    })
  }
  return [...users]
}
