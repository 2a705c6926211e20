import { and, eq } from 'drizzle-orm'
import { AppError } from '../../../core/errors'
import { defineResource } from '../../../core/resource'
import type { Reader } from '../../../core/storage'
import { missingFile } from '../files/missing-file'
import { findRepository } from '../repositories/find-repository'
import { notIndexed } from '../repositories/not-indexed'
import type { RepositoryRow } from '../repositories/repository'
import { isVisible } from '../repositories/visible'
import { readText } from '../search/index-text'
import { indexedFiles } from '../tables'
import { completePath, completeRepository } from './complete'

/** A file as it stands in the index, whole. Both variables are percent-encoded: `code://acme%2Fapi/src%2Findex.ts`. */
export const fileResource = defineResource({
  name: 'code_file',
  uri: 'code://{repository}/{path}',
  title: 'File of a repository',
  description:
    'One file of an indexed repository whole, as text. To attach it to the conversation; slashes of name and path are written %2F. For parts of files use get_file.',
  mimeType: 'text/plain',
  scope: 'code:read',
  read: ({ repository, path }, call) =>
    call.read(async (db) => {
      const owner = call.principal.id
      const row = await repositoryOf(db, owner, repository!)
      if (row.generation === 0) throw notIndexed(row)
      const f = indexedFiles.on(db.dialect)
      const [file] = await db
        .select({ blob: f.blob })
        .from(f)
        .where(and(isVisible(db.dialect, row), eq(f.path, path!)))
      if (!file || file.blob === null) throw await missingFile(db, row, path!)
      return { text: await readText(db, owner, file.blob) }
    }),
  complete: { repository: completeRepository, path: completePath },
})

/** A name without a slash that is not there is often `code://owner/repo`: the error shows how to write it. */
async function repositoryOf(db: Reader, owner: string, name: string): Promise<RepositoryRow> {
  try {
    return await findRepository(db, owner, name)
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'not_found' || name.includes('/')) throw error
    throw new AppError(
      'not_found',
      `${error.message}: a slash in a name or path is %2F, as in code://acme%2Fapi/src%2Findex.ts`,
    )
  }
}
