import { describe } from 'bun:test'
import { openPostgresStore } from '../../../src/platform/limits/postgres-store'
import { openRedisStore } from '../../../src/platform/limits/redis-store'
import { openSqliteStore } from '../../../src/platform/limits/sqlite-store'
import type { Store } from '../../../src/platform/limits/store'
import { openStorage } from '../../../src/platform/storage/open'
import { createDatabase } from '../../kit/postgres'
import { temporaryFolder } from './folder'
import { startRedis } from './redis'

type Clock = (() => number) | undefined

/** A place where quotas are counted; its name opens it from any process. */
export interface Target extends AsyncDisposable {
  name: string
}

export const kinds = ['sqlite', 'postgres', 'redis'] as const
export type Kind = (typeof kinds)[number]

async function openOnPostgres(url: string, clock: Clock): Promise<Store> {
  const config = { DATA_DIR: undefined, DATABASE_URL: url, DATABASE_POOL_SIZE: 3, DATABASE_SSL_CA: undefined }
  const storage = await openStorage(config)
  return { ...openPostgresStore(storage, clock), close: () => storage.close() }
}

/** Opens the store that a target names. */
export async function openStore(name: string, clock?: () => number): Promise<Store> {
  if (name.startsWith('postgres:')) return openOnPostgres(name, clock)
  if (name.startsWith('redis:')) return openRedisStore(name, clock)
  return openSqliteStore(name, clock ?? Date.now)
}

const makers: Record<Kind, () => Promise<Target>> = {
  async sqlite() {
    const folder = temporaryFolder()
    return { name: `${folder.path}/limits.db`, [Symbol.asyncDispose]: async () => folder[Symbol.dispose]() }
  },
  async postgres() {
    const database = await createDatabase()
    return { name: database.url, [Symbol.asyncDispose]: database.drop }
  },
  async redis() {
    const server = await startRedis()
    return { name: server.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
  },
}

/** Runs the same tests on every kind of store; `make` gives an empty one of its own. */
export function eachStore(tests: (make: () => Promise<Target>, kind: Kind) => void): void {
  describe.each([...kinds])('on %s', (kind) => tests(makers[kind], kind))
}
