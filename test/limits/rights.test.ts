import { afterAll, beforeAll, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { openPostgresStore } from '../../src/platform/limits/postgres-store'
import { openPostgresStorage, type TestStorage } from '../kit/storage'

const spans = [{ name: 'hour' as const, seconds: 3600, limit: 10 }]

let opened: TestStorage
beforeAll(async () => {
  opened = await openPostgresStorage()
  const store = openPostgresStore(opened.storage)
  for (const owner of ['alice', 'bob']) await store.take({ owner, cost: 2, spans })
})
afterAll(() => opened.close())

test.each(['quota_owners', 'quota_log'])(
  'a caller sees its own rows of %s and changes none',
  async (table) => {
    const alice = opened.storage.as('alice')
    const name = sql.raw(`holdfast.${table}`)
    const rows = await alice.read((db) =>
      db.rows<{ owner: string; total: number }>(sql`select owner, total from ${name}`),
    )
    expect(rows).toEqual([{ owner: 'alice', total: 2 }])
    for (const change of [
      sql`update ${name} set total = 0`,
      sql`delete from ${name}`,
      sql`insert into ${name} select * from ${name}`,
      sql`truncate ${name}`,
    ]) {
      await expect(alice.write((tx) => tx.execute(change))).rejects.toThrow(/permission denied/)
    }
  },
)

test.each([
  sql`select holdfast.quota_take('[]')`,
  sql`select holdfast.quota_take_one('{}', null)`,
  sql`select holdfast.quota_prune('', 1)`,
  sql`select holdfast.quota_free_at('bob', 1, 0, 1)`,
])('a caller may not count or prune', async (statement) => {
  await expect(opened.storage.as('alice').write((tx) => tx.execute(statement))).rejects.toThrow(
    /permission denied/,
  )
})

test('lists of calls that overlap in many processes never wait for each other', async () => {
  const other = await opened.again()
  const stores = [openPostgresStore(opened.storage), openPostgresStore(other)]
  const owners = Array.from({ length: 20 }, (_, index) => `mixed-${(index * 7) % 20}`)
  const ask = (owner: string) => ({ owner, cost: 1, spans: [{ ...spans[0]!, limit: 100 }] })
  const calls = stores.flatMap((store, index) =>
    Array.from({ length: 500 }, (_, call) => store.take(ask(owners[index ? call % 20 : 19 - (call % 20)]!))),
  )
  expect((await Promise.all(calls)).filter(({ admitted }) => admitted).length).toBe(1000)
  await other.close()
})
