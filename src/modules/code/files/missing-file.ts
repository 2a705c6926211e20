import { and, eq } from 'drizzle-orm'
import { AppError } from '../../../core/errors'
import type { Reader } from '../../../core/storage'
import { fullName, type RepositoryRow } from '../repositories/repository'
import { isVisible } from '../repositories/visible'
import { indexedFiles } from '../tables'
import { closePaths } from './close-paths'

const reasons: Record<string, string> = {
  binary: 'it is binary',
  too_large: 'it is too large (CODE_MAX_FILE_SIZE)',
  symlink: 'it is a symbolic link',
  submodule: 'it is a submodule, which is a repository of its own',
  unsafe_path: 'its path is not safe',
  too_many_files: 'the repository has more files than this server takes (CODE_MAX_FILES)',
  unreadable: 'it could not be read',
}

const mostPaths = 100_000

/** Why a path has no text here: the file was skipped, or there is none, but others come close. */
export async function missingFile(db: Reader, repository: RepositoryRow, path: string): Promise<AppError> {
  const t = indexedFiles.on(db.dialect)
  const visible = isVisible(db.dialect, repository)
  const [there] = await db
    .select({ skipped: t.skipped })
    .from(t)
    .where(and(visible, eq(t.path, path)))
    .limit(1)
  if (there?.skipped) {
    const why = reasons[there.skipped] ?? there.skipped
    return new AppError('not_found', `file not indexed: ${fullName(repository)} has it, but ${why}`, {
      code: 'file_skipped',
      advice: 'Go on without its text, or read it where the repository lies; a retry does not help.',
    })
  }
  const rows = await db.select({ path: t.path }).from(t).where(visible).limit(mostPaths)
  const close = closePaths(
    rows.map((row) => row.path),
    path,
  )
  const hint = close.length > 0 ? `; did you mean ${close.join(' or ')}?` : ''
  const at = repository.commit?.slice(0, 12) ?? 'its index'
  return new AppError('not_found', `file not found in ${fullName(repository)} at ${at}${hint}`)
}
