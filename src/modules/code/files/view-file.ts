import { fullName, type RepositoryRow } from '../repositories/repository'
import type { FileRow } from './one-file'

/** A file as lists show it. */
export const viewFile = (
  { path, language, bytes, indexed_at, first_seen_at, previous_path, generated, vendored }: FileRow,
  repository: Pick<RepositoryRow, 'name' | 'ref'>,
) => ({
  repository: fullName(repository),
  path,
  language,
  bytes,
  indexed_at: indexed_at.toISOString(),
  ...(first_seen_at < indexed_at ? { first_seen_at: first_seen_at.toISOString() } : {}),
  ...(previous_path === null ? {} : { previous_path }),
  ...(generated || vendored ? { generated: true as const } : {}),
})
