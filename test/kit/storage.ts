import { afterAll, beforeAll, describe } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '../../migrations'
import type { Dialect } from '../../src/core/storage'
import { createMigrator } from '../../src/platform/storage/migrate'
import { openStorage } from '../../src/platform/storage/open'
import type { Storage, StorageConfig, StorageOptions } from '../../src/platform/storage/storage'
import { createDatabase } from './postgres'

/** An open database for tests. */
export interface TestStorage {
  storage: Storage
  /** Opens the same database a second time, as another process would; close it yourself. */
  again(options?: StorageOptions): Promise<Storage>
  /** What it is opened with. */
  config: StorageConfig
  /** Closes everything and removes the database. */
  close(): Promise<void>
}

export interface TestStorageOptions {
  /** False for an empty database without the schema. Default true. */
  migrated?: boolean
  /** Connections to Postgres. Default 5. */
  poolSize?: number
}

const config = (folder: string | undefined, url: string | undefined, poolSize: number) => ({
  DATA_DIR: folder,
  DATABASE_URL: url,
  DATABASE_POOL_SIZE: poolSize,
  DATABASE_SSL_CA: undefined,
})

/** A database in a temporary folder. */
export async function openSqliteStorage({ migrated = true }: TestStorageOptions = {}): Promise<TestStorage> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  const again = (options?: StorageOptions) => openStorage(config(folder, undefined, 1), options)
  const storage = await again()
  if (migrated) await createMigrator(storage, migrations).up()
  const close = async () => {
    await storage.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { storage, again, close, config: config(folder, undefined, 1) }
}

/** A database on the Postgres server that the test process shares. */
export async function openPostgresStorage(options: TestStorageOptions = {}): Promise<TestStorage> {
  const database = await createDatabase({ migrated: options.migrated })
  const again = (more?: StorageOptions) =>
    openStorage(config(undefined, database.url, options.poolSize ?? 5), more)
  const storage = await again()
  const close = async () => {
    await storage.close()
    await database.drop()
  }
  return { storage, again, close, config: config(undefined, database.url, 2) }
}

/**
 * Runs the same tests over SQLite and over Postgres: `open()` is a storage with the whole schema and no rows, one for the
 * block; it is closed after it.
 */
export function eachStorage(
  name: string,
  tests: (open: () => Storage, test: () => TestStorage, dialect: Dialect) => void,
  options: TestStorageOptions = {},
): void {
  describe.each(['sqlite', 'postgres'] as const)(`${name} on %s`, (dialect) => {
    let test: TestStorage
    beforeAll(async () => {
      test = await (dialect === 'sqlite' ? openSqliteStorage(options) : openPostgresStorage(options))
    })
    afterAll(() => test?.close())
    tests(
      () => test.storage,
      () => test,
      dialect,
    )
  })
}
