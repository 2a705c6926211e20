import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../../../core/errors'
import type { Scope } from '../../../core/storage'
import { within } from '../../../core/within'
import type { Admin, Storage, StorageOptions } from '../storage'
import { createTransactions, type Transactions } from '../transactions'
import type { Connection } from './connection'
import { explainFault } from './faults'
import { checkVersion, createFile, requireFile } from './file'
import { createReaders, type Readers } from './readers'
import { createWriters, type Writers } from './writers'

/** Opens the file at `path` (made when absent, unless read-only). */
export async function openSqlite(path: string, options: StorageOptions = {}): Promise<Storage> {
  const transactions = createTransactions(options.onQuery)
  const readers = createReaders(path, options.readOnly)
  const writers = createWriters(path, options.turns)
  try {
    if (options.readOnly) requireFile(path)
    else await prepareFile(path, writers)
    await readers.run(async (_, connection) => checkVersion(versionOf(connection)))
  } catch (error) {
    throw explainFault(error)
  }
  const inode = statSync(path).ino
  const system = createScope(transactions, readers, options.readOnly ? undefined : writers)
  return {
    dialect: 'sqlite',
    location: path,
    as: () => system,
    system,
    admin: createAdmin(path, readers, options.readOnly ? undefined : writers),
    turns: writers.lending,
    ping: () => ping(path, inode, readers),
    connections: () => ({ ...readers.counts(), queued_writes: writers.waiting() }),
    async close() {
      if (!options.readOnly) await writers.alone(checkpoint).catch(() => {})
      await writers.close()
      readers.close()
    },
  }
}

function prepareFile(path: string, writers: Writers): Promise<unknown> {
  createFile(path)
  return writers.alone((connection) => connection.statement('pragma journal_mode').all())
}

/** Looks whether the file is still the one that was opened, and reads from it. */
async function ping(path: string, inode: number, readers: Readers): Promise<number> {
  const started = performance.now()
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.ino !== inode) {
    throw new AppError('unavailable', 'The database file was removed or replaced: restart the server', {
      code: 'database_unavailable',
    })
  }
  const read = readers.run(async (_, connection) =>
    connection.statement('select count(*) from sqlite_master').all(),
  )
  await within(1900, read, tooBusy)
  return performance.now() - started
}

const tooBusy = () => new AppError('unavailable', 'The database is too busy to answer')

const versionOf = (connection: Connection) =>
  (connection.client.query('select sqlite_version() as version').get() as { version: string }).version

const checkpoint = (connection: Connection) => connection.client.run('pragma wal_checkpoint(truncate)')

const refuseWrite = () => {
  throw new AppError('unavailable', 'The database was opened read-only')
}

async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw explainFault(error)
  }
}

function createScope(transactions: Transactions, readers: Readers, writers: Writers | undefined): Scope {
  return {
    dialect: 'sqlite',
    prepared: (name, build, params) => readers.ask(name, build, params, transactions),
    read: (work) => readers.run(work, transactions),
    write: (work) =>
      explained(transactions.run('write', () => (writers ? writers.run(work) : refuseWrite()))),
  }
}

function createAdmin(path: string, readers: Readers, writers: Writers | undefined): Admin {
  const rows = <T>(connection: Connection, statement: string, params: unknown[] = []) =>
    connection.client.prepare(statement).all(...(params as string[])) as T[]
  return {
    rows: (statement, params) => readers.run(async (_, connection) => rows(connection, statement, params)),
    async transaction(work) {
      if (!writers) return refuseWrite()
      const session = (connection: Connection) => ({
        rows: async <T>(statement: string, params?: unknown[]) => rows<T>(connection, statement, params),
        run: async (script: string) => void connection.client.run(script),
      })
      return explained(writers.run((_, connection) => work(session(connection))))
    },
    async backup(label) {
      if (!writers) return refuseWrite()
      const target = join(dirname(path), 'backups', `holdfast-${label}.db`)
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
      await explained(writers.alone((connection) => connection.client.run('vacuum into ?', [target])))
      chmodSync(target, 0o600)
      return target
    },
  }
}
