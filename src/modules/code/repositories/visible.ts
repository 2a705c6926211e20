import { and, eq, gt, isNull, lte, or, type SQL } from 'drizzle-orm'
import type { Dialect } from '../../../core/storage'
import { indexedFiles } from '../tables'
import type { RepositoryRow } from './repository'

/** The condition on `indexed_files` for what a repository shows: its own rows of the generation that is complete. */
export function isVisible(
  dialect: Dialect,
  { id, owner, generation }: Pick<RepositoryRow, 'id' | 'owner' | 'generation'>,
): SQL {
  const t = indexedFiles.on(dialect)
  return and(
    eq(t.owner, owner),
    eq(t.repository_id, id),
    lte(t.added_in, generation),
    or(isNull(t.removed_in), gt(t.removed_in, generation)),
  )!
}
