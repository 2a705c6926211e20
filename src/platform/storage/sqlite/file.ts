import { constants, Database } from 'bun:sqlite'
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppError } from '../../../core/errors'

/** SQLite older than this can corrupt a WAL database. */
const oldest = [3, 51, 3]

/** Throws when the SQLite in this binary is too old to be trusted with WAL. */
export function checkVersion(version: string): void {
  const parts = version.split('.').map(Number)
  for (const [i, part] of oldest.entries()) {
    if ((parts[i] ?? 0) > part) return
    if ((parts[i] ?? 0) < part) {
      throw new Error(`SQLite ${version} can damage databases: ${oldest.join('.')} or newer is needed`)
    }
  }
}

/** Makes the data folder and an empty database file that nobody else may read, unless they exist. */
export function createFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
}

/** Throws `unavailable` where there is no file to open read-only. */
export function requireFile(path: string): void {
  if (!existsSync(path))
    throw new AppError(
      'unavailable',
      `There is no database at ${path}: start the server once, or set DATA_DIR`,
    )
}

/**
 * Opens the file for reading and writing; the short wait is repeated by the queue without blocking the process. `normal` leaves the disk to the
 * next commit of a `full` connection, or to the next checkpoint: a power cut may take back the last transactions, whole and in order.
 */
export function openWriter(path: string, synchronous: 'full' | 'normal' = 'full'): Database {
  const client = new Database(path, { readwrite: true, create: false })
  client.run('pragma busy_timeout = 100')
  client.run('pragma journal_mode = wal')
  client.run(`pragma synchronous = ${synchronous}`)
  client.run('pragma foreign_keys = on')
  return client
}

/**
 * Opens the file for reading alone. Even so SQLite makes a log and an index of it beside a file that nobody has open, and leaves them, with this
 * user as their owner: with `leaveNoTrace` such a file is read as one that does not change.
 */
export function openReader(path: string, leaveNoTrace = false): Database {
  const atRest = leaveNoTrace && !existsSync(`${path}-wal`)
  const client = atRest ? openAtRest(path) : new Database(path, { readonly: true })
  client.run('pragma busy_timeout = 1000')
  client.run('pragma query_only = on')
  // Twice the default: what a page of a search read, up to 200 rows far apart, is there for its next page.
  client.run('pragma cache_size = -4000')
  return client
}

const openAtRest = (path: string) =>
  new Database(
    `${pathToFileURL(resolve(path)).href}?immutable=1`,
    constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI,
  )
