import { AppError, invalid } from '../../../core/errors'
import type { Reader } from '../../../core/storage'
import { findRepositories, findRepository } from '../repositories/find-repository'
import { fullName, hasFailed, type RepositoryRow } from '../repositories/repository'
import { type Graph, lookAt, viewOf } from './look'
import { readFilesAt } from './project-files'
import { nameOf } from './resolution/project'

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
  owner: string,
  given: { repository?: string | undefined },
  path?: string,
): Promise<OpenGraph> {
  const row =
    given.repository === undefined
      ? await onlyRepository(db, owner, path)
      : await findRepository(db, owner, given.repository)
  if (row.generation === 0) throw notIndexed(row)
  return { graph: lookAt(db, viewOf(row)), row }
}

/** Says whether to wait, or what to put right. */
const notIndexed = (row: RepositoryRow): AppError =>
  hasFailed(row)
    ? new AppError(
        'conflict',
        `${fullName(row)} could not be indexed: ${row.last_error}. Put that right and call index_repository, or remove it with delete_repository`,
        { code: 'index_failed' },
      )
    : new AppError(
        'conflict',
        `${fullName(row)} has not been indexed yet: wait for its job, or call index_repository`,
        { code: 'not_indexed' },
      )

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

/** The file of a path. Throws `not_found` with the paths that come closest. */
export async function existingFile({ graph, row }: OpenGraph, path: string) {
  const file = await graph.file(plainPath(path))
  if (file) return file
  const wanted = nameOf(plainPath(path)).toLowerCase()
  const close = (await graph.files()).filter(
    (other) => nameOf(other.path).toLowerCase() === wanted || other.path.endsWith(`/${plainPath(path)}`),
  )
  const hint =
    close.length > 0
      ? `; did you mean ${close
          .slice(0, 3)
          .map((other) => other.path)
          .join(' or ')}?`
      : ''
  throw new AppError(
    'not_found',
    `file not found in ${fullName(row)} at ${row.commit?.slice(0, 12) ?? 'its index'}${hint}`,
  )
}
