import { describe } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '../../../migrations'
import { createMigrator } from '../../../src/platform/storage/migrate'
import { openStorage } from '../../../src/platform/storage/open'
import type { Storage } from '../../../src/platform/storage/storage'
import { createDatabase } from '../../kit/postgres'

/** A database of one test, and how another process opens it. */
export interface Place extends AsyncDisposable {
  /** For files of the test's own; SQLite's is in it too. */
  folder: string
  /** Empty for SQLite. */
  url: string
  storage: Storage
}

/** Opens the database that `DATA_DIR` and `DATABASE_URL` name. */
export const openAt = (folder: string, url: string) =>
  openStorage({
    DATA_DIR: folder,
    DATABASE_URL: url || undefined,
    DATABASE_POOL_SIZE: 6,
    DATABASE_SSL_CA: undefined,
  })

async function makePlace(dialect: 'sqlite' | 'postgres'): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-jobs-'))
  const database = dialect === 'postgres' ? await createDatabase() : undefined
  const url = database?.url ?? ''
  const storage = await openAt(folder, url)
  await createMigrator(storage, migrations).up()
  return {
    folder,
    url,
    storage,
    async [Symbol.asyncDispose]() {
      await storage.close()
      await database?.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Runs the same tests on SQLite and on a real Postgres; `make` gives an empty database of its own. */
export function eachPlace(tests: (make: () => Promise<Place>) => void): void {
  describe.each(['sqlite', 'postgres'] as const)('on %s', (dialect) => tests(() => makePlace(dialect)))
}
