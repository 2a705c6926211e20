import { AppError } from '../../core/errors'

const messages: Record<string, string> = {
  ENOSPC: 'The disk of the data folder is full: free some space',
  EDQUOT: 'The disk quota of the data folder is used up: free some space',
  EROFS: 'The data folder cannot be written: it is on a read-only file system',
  EACCES: 'The data folder cannot be written: check owner and permissions',
  EPERM: 'The data folder cannot be written: check owner and permissions',
}

/** What the file system refuses, as `unavailable` with what to do; everything else stays what it is. */
export function explainDisk(cause: unknown): unknown {
  const { code = '', syscall } = cause as NodeJS.ErrnoException
  if (cause instanceof AppError || syscall === undefined) return cause
  const message = messages[code] ?? 'The data folder cannot be written: check the disk'
  return new AppError('unavailable', message, { code: 'database_unavailable', retryAfter: 1, cause })
}
