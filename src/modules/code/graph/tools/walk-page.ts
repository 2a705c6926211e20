import { invalid } from '../../../../core/errors'
import { readCursor, writeCursor } from '../../cursor'
import { roomFor } from '../../search/answer/fit'
import type { Walk } from './walk'

/** Where a page begins: how many paths of each direction were given before. */
export interface PageStart {
  dependents: number
  dependencies: number
}

const list = 'walk'
/** Bytes that one direction may take of an answer. */
const mostBytes = 18_000

/** Reads a cursor. Throws `invalid` for any but that of the same question, asked of the same index. */
export function readPageStart(cursor: string | undefined, question: string): PageStart {
  if (cursor === undefined) return { dependents: 0, dependencies: 0 }
  const [of, ...places] = readCursor(list, cursor, 3)
  const [dependents, dependencies] = places.map(Number) as [number, number]
  if (of !== markOf(question))
    throw invalid(
      '/cursor',
      'is of another question, or of an index that has been replaced since: begin again',
    )
  if (![dependents, dependencies].every((at) => Number.isSafeInteger(at) && at >= 0))
    throw invalid('/cursor', 'must be a next_cursor of this list')
  return { dependents, dependencies }
}

export const writePageStart = ({ dependents, dependencies }: PageStart, question: string): string =>
  writeCursor(list, [markOf(question), dependents, dependencies])

const markOf = (question: string) => Bun.hash(question).toString(36)

/** As many paths of a walk as the limit and the answer's size allow, and how many were given by now. `count` stays that of the whole walk. */
export function pageOfWalk(walk: Walk, from: number, limit: number): { page: Walk; given: number } {
  const page: Walk = { direct: [], indirect: Object.create(null), cycles: [], count: walk.count }
  const fits = roomFor(mostBytes)
  if (from === 0) page.cycles = walk.cycles.filter(fits)
  let given = from
  const bare = new Set(walk.without_import)
  const unimported: string[] = []
  for (const [parent, path] of pathsOf(walk).slice(from, from + limit)) {
    if (!fits(parent === undefined || page.indirect[parent] ? path : [parent, path]) && given > from) break
    if (bare.has(path)) unimported.push(path)
    if (parent === undefined) page.direct.push(path)
    else if (page.indirect[parent]) page.indirect[parent].push(path)
    else page.indirect[parent] = [path]
    given++
  }
  if (unimported.length > 0) page.without_import = unimported
  return { page, given }
}

/** All paths in one order, each with the one it was met through. */
const pathsOf = ({ direct, indirect }: Walk): [parent: string | undefined, path: string][] => [
  ...direct.map((path): [undefined, string] => [undefined, path]),
  ...Object.entries(indirect).flatMap(([parent, paths]) =>
    paths.map((path): [string, string] => [parent, path]),
  ),
]
