import { AppError } from '../../../core/errors'
import type { Reader } from '../../../core/storage'
import { findRepository } from './find-repository'
import { fullName, hasFailed, type RepositoryRow } from './repository'

/** The owner's repository of this name, as `findRepository` finds it. Throws `conflict` for one that shows nothing: `not_indexed` yet, or `index_failed`. */
export const findIndexed = async (db: Reader, owner: string, name: string): Promise<RepositoryRow> =>
  indexed(await findRepository(db, owner, name))

/** A repository that shows something, which every question about one must have; throws why it shows nothing, and whether to wait or what to put right. */
export function indexed(row: RepositoryRow): RepositoryRow {
  if (row.generation > 0) return row
  if (hasFailed(row))
    throw new AppError(
      'conflict',
      `${fullName(row)} could not be indexed: ${row.last_error}. Put that right and call index_repository, or remove it with delete_repository`,
      { code: 'index_failed' },
    )
  throw new AppError(
    'conflict',
    `${fullName(row)} has not been indexed yet: wait for its job, or call index_repository`,
    { code: 'not_indexed' },
  )
}
