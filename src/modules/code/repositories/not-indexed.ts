import { AppError } from '../../../core/errors'
import { fullName, hasFailed, type RepositoryRow } from './repository'

/** Why a repository shows nothing: whether to wait, or what to put right. */
export const notIndexed = (row: RepositoryRow): AppError =>
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
