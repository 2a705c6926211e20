import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { openPostgresStore } from '../../src/platform/limits/postgres-store'
import { openSqliteStore } from '../../src/platform/limits/sqlite-store'
import type { Span, Store } from '../../src/platform/limits/store'
import { openPostgresStorage } from '../kit/storage'
import { start } from './kit/agreement'
import { temporaryFolder } from './kit/folder'

const spans: Span[] = [{ name: 'month', seconds: 2_592_000, limit: 1_000_000 }]
const day = 86_400_000

interface Subject extends AsyncDisposable {
  store: Store
  /** Owners and rows that are stored. */
  count(): Promise<[owners: number, rows: number]>
}

async function onSqlite(now: () => number): Promise<Subject> {
  const folder = temporaryFolder()
  const file = `${folder.path}/limits.db`
  const store = openSqliteStore(file, now)
  return {
    store,
    async count() {
      using db = new Database(file)
      const one = (query: string) => (db.query(query).get() as { n: number }).n
      return [one('select count(*) n from owners'), one('select count(*) n from log')]
    },
    async [Symbol.asyncDispose]() {
      await store.close()
      folder[Symbol.dispose]()
    },
  }
}

async function onPostgres(now: () => number): Promise<Subject> {
  const opened = await openPostgresStorage()
  const query = sql`select (select count(*) from holdfast.quota_owners) o, (select count(*) from holdfast.quota_log) r`
  return {
    store: openPostgresStore(opened.storage, now),
    async count() {
      const [row] = await opened.storage.system.read((db) => db.rows<{ o: number; r: number }>(query))
      return [Number(row!.o), Number(row!.r)]
    },
    [Symbol.asyncDispose]: opened.close,
  }
}

test.each([
  ['SQLite', onSqlite],
  ['Postgres', onPostgres],
])('%s keeps nothing of the quiet and little of the busy', async (_, open) => {
  let now = start
  await using subject = await open(() => now)
  const { store } = subject
  const take = (owner: string, cost = 1) => store.take({ owner, cost, spans })
  await take('quiet', 7)
  for (let call = 0; call < 180; call++) {
    await take('busy')
    now += 1000
  }
  expect(await subject.count()).toEqual([2, 181])

  now += 2 * day
  // 09:30:00.25 to 09:33: three minutes, of which each keeps its last row.
  expect(await store.prune()).toBe(177)
  expect(await subject.count()).toEqual([2, 4])
  expect((await take('busy', 0)).used).toEqual([180])
  expect((await take('busy')).used).toEqual([181])

  now = start + 30 * day + 60_000
  expect((await take('busy', 0)).used).toEqual([121])
  await store.prune()
  // `quiet` is gone; of `busy` the newest row outside stays, two minutes, and the call two days later.
  expect(await subject.count()).toEqual([1, 4])
  expect((await take('busy', 0)).used).toEqual([121])
  expect((await take('quiet', 0)).used).toEqual([0])

  now += 40 * day
  await store.prune()
  expect(await subject.count()).toEqual([0, 0])
  expect((await take('busy')).used).toEqual([1])
})

test('another process that writes makes the memory of this one void', async () => {
  using folder = temporaryFolder()
  const file = `${folder.path}/limits.db`
  const one = openSqliteStore(file, () => start)
  const other = openSqliteStore(file, () => start)
  for (let call = 1; call < 20; call += 2) {
    expect((await one.take({ owner: 'both', cost: 1, spans })).used).toEqual([call])
    expect((await other.take({ owner: 'both', cost: 1, spans })).used).toEqual([call + 1])
  }
  await one.close()
  await other.close()
})

test('200,000 owners leave no more memory behind than the cache holds', async () => {
  using folder = temporaryFolder()
  const store = openSqliteStore(`${folder.path}/limits.db`, () => start)
  const visit = (from: number, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        store.take({ owner: `owner-${from + index}`, cost: 1, spans }),
      ),
    )
  for (let from = 0; from < 10_000; from += 1000) await visit(from, 1000)
  Bun.gc(true)
  const before = process.memoryUsage().heapUsed
  for (let from = 10_000; from < 200_000; from += 1000) await visit(from, 1000)
  Bun.gc(true)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(15 * 1024 * 1024)
  expect((await store.take({ owner: 'owner-0', cost: 0, spans })).used).toEqual([1])
  await store.close()
}, 60_000)
