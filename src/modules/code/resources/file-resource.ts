import { AppError, notFound } from '../../../core/errors'
import { defineResource } from '../../../core/resource'
import { findFile } from '../files/one-file'
import { readText } from '../search/index-text'
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
      const { file } = await findFile(db, owner, { repository: repository!, path: path! }).catch(
        sayHowToWrite(repository!),
      )
      return { text: await readText(db, owner, file.blob) }
    }),
  complete: { repository: completeRepository, path: completePath },
})

/** A name without a slash that is not there is often `code://owner/repo`: the error shows how to write it. */
const sayHowToWrite = (name: string) => (error: unknown) => {
  if (!(error instanceof AppError) || error.message !== notFound('repository').message || name.includes('/'))
    throw error
  throw new AppError(
    'not_found',
    `${error.message}: a slash in a name or path is %2F, as in code://acme%2Fapi/src%2Findex.ts`,
  )
}
