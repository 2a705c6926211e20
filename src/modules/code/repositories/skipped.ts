import { and, asc, count, isNotNull } from 'drizzle-orm'
import type { Reader } from '../../../core/storage'
import { indexedFiles } from '../tables'
import type { RepositoryRow } from './repository'
import { isVisible } from './visible'

const most = 200

/** Files that are not searchable, with the reason. */
export async function listSkippedFiles(db: Reader, repository: RepositoryRow) {
  const t = indexedFiles.on(db.dialect)
  const isSkipped = and(isVisible(db.dialect, repository), isNotNull(t.skipped))
  const counts = await db
    .select({ reason: t.skipped, files: count() })
    .from(t)
    .where(isSkipped)
    .groupBy(t.skipped)
  const files = await db
    .select({ path: t.path, reason: t.skipped, bytes: t.bytes })
    .from(t)
    .where(isSkipped)
    .orderBy(asc(t.path))
    .limit(most)
  return {
    by_reason: Object.fromEntries(counts.map(({ reason, files: found }) => [reason!, found])),
    files: files.map(({ path, reason, bytes }) => ({ path, reason: reason!, bytes })),
  }
}
