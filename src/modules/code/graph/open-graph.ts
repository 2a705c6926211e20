import { AppError, invalid } from '../../../core/errors'
import type { Call } from '../../../core/operation'
import type { Reader } from '../../../core/storage'
import { missingFile } from '../files/missing-file'
import { findIndexed, indexed } from '../repositories/find-indexed'
import { findRepositories } from '../repositories/find-repository'
import { fullName, type RepositoryRow } from '../repositories/repository'
import { type Graph, lookAt, viewOf } from './look'
import { readFilesAt } from './project-files'

/** A repository's graph, and its row. */
export interface OpenGraph {
  graph: Graph
  row: RepositoryRow
}

/**
 * The graph of the repository that is named; without a name that of the only one, or of the only one that has `path`. Throws `not_found` for
 * another's or none, `invalid` where several could be meant, `conflict` for one that shows nothing: `not_indexed` yet, or `index_failed`.
 */
export async function openGraph(
  db: Reader,
  { principal, signal }: Pick<Call, 'principal' | 'signal'>,
  given: { repository?: string | undefined },
  path?: string,
): Promise<OpenGraph> {
  const owner = principal.id
  const row =
    given.repository === undefined
      ? indexed(await onlyRepository(db, owner, path))
      : await findIndexed(db, owner, given.repository)
  return { graph: lookAt(db, viewOf(row), signal), row }
}

async function onlyRepository(db: Reader, owner: string, path: string | undefined): Promise<RepositoryRow> {
  const all = await findRepositories(db, owner, {})
  const ready = all.filter(({ generation }) => generation > 0)
  if (all.length === 0)
    throw new AppError('not_found', 'There is no repository yet: call index_repository first')
  if (ready.length <= 1) return ready[0] ?? all[0]!
  const having: RepositoryRow[] = []
  if (path !== undefined)
    for (const row of ready.slice(0, 200))
      if ((await readFilesAt(db, viewOf(row), [path])).length > 0) having.push(row)
  if (having.length === 1) return having[0]!
  const names = (having.length > 0 ? having : ready).slice(0, 10).map(fullName).join(', ')
  throw invalid('/repository', `must say which of your repositories is meant: ${names}`)
}

/** A path as repositories write it: no leading `./` or `/`, no backslashes. */
export const plainPath = (path: string): string =>
  path
    .trim()
    .replaceAll('\\', '/')
    .replace(/^(\.?\/)+/, '')

/** The file of a path. Throws `not_found` with the paths that come closest, or why the file was skipped. */
export async function existingFile({ graph, row }: OpenGraph, path: string) {
  const file = await graph.file(plainPath(path))
  if (file) return file
  throw await missingFile(graph.db, row, plainPath(path))
}
