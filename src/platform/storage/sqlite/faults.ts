import { AppError } from '../../../core/errors'
import { databaseCode } from '../../../core/storage-errors'

const messages: [prefix: string, message: string][] = [
  ['SQLITE_FULL', 'The disk of the database is full: free some space'],
  ['SQLITE_READONLY', 'The database file or its folder cannot be written: check owner and permissions'],
  [
    'SQLITE_CANTOPEN',
    'The database file cannot be opened: check that the data folder exists and its permissions',
  ],
  ['SQLITE_BUSY', 'The database is locked by another process: try again'],
  ['SQLITE_LOCKED', 'The database is locked by another process: try again'],
  ['SQLITE_IOERR', 'The database file could not be read or written: check the disk'],
  ['SQLITE_NOTADB', 'The database file is not a SQLite database: restore it from a backup'],
  ['SQLITE_CORRUPT', 'The database file is damaged: restore it from a backup'],
]

/** Turns what goes wrong with the file itself into `unavailable`; everything else stays what it is. */
export function explainFault(error: unknown): unknown {
  if (error instanceof AppError) return error
  const code = databaseCode(error)
  const found = code && messages.find(([prefix]) => code.startsWith(prefix))
  if (!found) return error
  return new AppError('unavailable', found[1], { code: 'database_unavailable', retryAfter: 1, cause: error })
}

/** True when a connection must be opened anew before the file can work again. */
export function needsReopening(error: unknown): boolean {
  const code = databaseCode(error) ?? ''
  return ['SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_IOERR', 'SQLITE_NOTADB'].some((prefix) =>
    code.startsWith(prefix),
  )
}

/** True when somebody else holds the lock. */
export const isBusy = (error: unknown) => databaseCode(error)?.startsWith('SQLITE_BUSY') === true

/** True for a statement that a read-only connection refuses for what it is. */
export const refusedWrite = (error: unknown) => databaseCode(error) === 'SQLITE_READONLY'

/** For whoever comes after `close`. */
export const closedError = () =>
  new AppError('unavailable', 'The database is closed', { code: 'database_unavailable' })
