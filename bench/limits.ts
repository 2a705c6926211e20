import { Database } from 'bun:sqlite'
import postgres from 'postgres'
import { openPostgresStore } from '../src/platform/limits/postgres-store'
import { openRedisStore } from '../src/platform/limits/redis-store'
import { openSqliteStore } from '../src/platform/limits/sqlite-store'
import type { Span, Store } from '../src/platform/limits/store'
import { windowSeconds } from '../src/platform/limits/tiers'
import { createDatabase } from '../test/kit/postgres'
import { openPostgresStorage } from '../test/kit/storage'
import { temporaryFolder } from '../test/limits/kit/folder'
import { startRedis } from '../test/limits/kit/redis'
import { printTable } from './kit/table'

/** The store's take, and the least that its database does for anybody. */
interface Contest {
  name: string
  baseline: string
  bare(): Promise<unknown> | unknown
  store: Store
  calls: number
  close(): Promise<void>
}

const rounds = 5
const owners = 64
const spans = Object.entries(windowSeconds).map(([name, seconds]) => ({
  name,
  seconds,
  limit: 1e12,
})) as Span[]

async function onSqlite(): Promise<Contest> {
  const folder = temporaryFolder()
  const db = new Database(`${folder.path}/bare.db`, { create: true })
  db.exec(
    'pragma journal_mode = wal; pragma synchronous = normal; create table bare (id integer primary key, n integer)',
  )
  const upsert = db.query('insert into bare values (?1, 1) on conflict (id) do update set n = n + 1')
  let row = 0
  const store = openSqliteStore(`${folder.path}/limits.db`, Date.now)
  return {
    name: 'SQLite',
    baseline: 'one upsert, one commit',
    bare: () => upsert.run(row++ % owners),
    store,
    calls: 20_000,
    async close() {
      await store.close()
      db.close()
      folder[Symbol.dispose]()
    },
  }
}

async function onRedis(): Promise<Contest> {
  const server = await startRedis()
  let key = 0
  const store = await openRedisStore(server.url)
  return {
    name: 'Redis',
    baseline: 'INCR',
    bare: () => server.client.send('INCR', [`bare:${key++ % owners}`]),
    store,
    calls: 10_000,
    async close() {
      await store.close()
      await server[Symbol.asyncDispose]()
    },
  }
}

async function onPostgres(): Promise<Contest> {
  const opened = await openPostgresStorage()
  const bare = await createDatabase()
  const sql = postgres(bare.url, { max: 5 })
  return {
    name: 'Postgres',
    baseline: 'select 1',
    bare: () => sql`select 1`,
    store: openPostgresStore(opened.storage),
    calls: 3000,
    async close() {
      await sql.end()
      await bare.drop()
      await opened.close()
    },
  }
}

/** Microseconds a call, with so many callers that each wait for their answer. */
async function time(calls: number, callers: number, call: () => Promise<unknown> | unknown): Promise<number> {
  let left = calls
  const started = performance.now()
  const loop = async () => {
    while (left-- > 0) await call()
  }
  await Promise.all(Array.from({ length: callers }, loop))
  return ((performance.now() - started) * 1000) / calls
}

const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1]!

async function contend(
  { name, baseline, bare, store, calls }: Contest,
  callers: number,
): Promise<(string | number)[]> {
  let owner = 0
  const take = () => store.take({ owner: `owner-${owner++ % owners}`, cost: 1, spans })
  const times = { bare: [] as number[], take: [] as number[] }
  for (let round = 0; round <= rounds; round++) {
    times.bare.push(await time(calls, callers, bare))
    times.take.push(await time(calls, callers, take))
  }
  const [least, taken] = [median(times.bare.slice(1)), median(times.take.slice(1))]
  return [name, callers, baseline, least, taken, taken / least]
}

/** What counting a call costs on each store, beside the least that its database does in the same run. */
export async function benchLimits(): Promise<void> {
  const rows: (string | number)[][] = [['store', 'callers', 'baseline', 'baseline µs', 'take µs', 'ratio']]
  for (const open of [onSqlite, onRedis, onPostgres]) {
    const contest = await open()
    for (const callers of [1, 64]) rows.push(await contend(contest, callers))
    await contest.close()
  }
  printTable('Counting a call against four windows (median of 5 rounds, 64 owners)', rows)
}

if (import.meta.main) {
  await benchLimits()
  process.exit(0)
}
