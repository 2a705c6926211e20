import { and, eq, isNotNull } from 'drizzle-orm'
import type { Reader } from '../../../core/storage'
import { findIndexed } from '../repositories/find-indexed'
import type { RepositoryRow } from '../repositories/repository'
import { isVisible } from '../repositories/visible'
import { indexedFiles } from '../tables'
import { missingFile } from './missing-file'

/** A file's row. */
export type FileRow = ReturnType<typeof indexedFiles.on>['$inferSelect']

/** A file that its repository shows, by path; `not_found` for any other, with what comes close or why it was skipped. A leading `./` or `/` does not count. */
export async function findFile(
  db: Reader,
  owner: string,
  given: { repository: string; path: string },
): Promise<{ repository: RepositoryRow; file: FileRow & { blob: number } }> {
  const repository = await findIndexed(db, owner, given.repository)
  const t = indexedFiles.on(db.dialect)
  const path = given.path.replace(/^(\.?\/)+/, '')
  const [file] = await db
    .select()
    .from(t)
    .where(and(isVisible(db.dialect, repository), eq(t.path, path), isNotNull(t.blob)))
    .limit(1)
  if (!file || file.blob === null) throw await missingFile(db, repository, path)
  return { repository, file: { ...file, blob: file.blob } }
}
