import { and, eq } from 'drizzle-orm'
import { AppError, notFound } from '../../../core/errors'
import { defineResource } from '../../../core/resource'
import { findRepository } from '../repositories/find-repository'
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
      const row = await findRepository(db, owner, repository!)
      const f = indexedFiles.on(db.dialect)
      const [file] = await db
        .select({ blob: f.blob, skipped: f.skipped })
        .from(f)
        .where(and(isVisible(db.dialect, row), eq(f.path, path!)))
      if (!file) throw notFound('file')
      if (file.blob === null)
        throw new AppError('not_found', `The file is not in the index: ${file.skipped}`, {
          code: 'file_skipped',
        })
      return { text: await readText(db, owner, file.blob) }
    }),
  complete: { repository: completeRepository, path: completePath },
})
