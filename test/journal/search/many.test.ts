import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { fillJournal } from '../../../bench/fill-journal'
import type { Reader } from '../../../src/core/storage'
import { parseFilter } from '../../../src/modules/journal/entries/filter'
import type { Total } from '../../../src/modules/journal/entries/list'
import { listPage } from '../../../src/modules/journal/entries/list-page'
import { parseQuery } from '../../../src/modules/journal/search/query'
import { searchEntries } from '../../../src/modules/journal/search/search'
import type { Storage } from '../../../src/platform/storage/storage'
import { sharedPostgres } from '../../kit/postgres'
import { openPostgresStorage, openSqliteStorage, type TestStorage } from '../../kit/storage'

/** More than Postgres reads one by one, over more than one stretch of time of its word index. */
const [entries, apart] = [2_500, 8 * 3_600_000]

type Input = Parameters<typeof parseFilter>[0]

/** Every match of a search in the order of its pages; texts, because ids are made anew for each database. */
async function textsOf(storage: Storage, text: string, filter: Input): Promise<string[]> {
  const search = { owner: 'many', query: parseQuery(text), filter: parseFilter(filter) }
  const texts: string[] = []
  let cursor: string | undefined
  do {
    const page = await storage.as('many').read((db) => searchEntries(db, search, { limit: 100, cursor }))
    texts.push(...page.entries.map(({ entry }) => entry))
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  return texts
}

describe('Among many entries', () => {
  let sqlite: TestStorage
  let postgres: TestStorage
  beforeAll(async () => {
    sqlite = await openSqliteStorage()
    postgres = await openPostgresStorage()
    // One after the other: SQLite's work leaves this thread no time for the connections of Postgres.
    for (const { storage } of [sqlite, postgres]) {
      await fillJournal(storage, 'many', entries, {
        apart,
        plant: (n) => (n < 600 ? { text: 'long ago', tags: ['early'] } : undefined),
      })
      if (storage.dialect === 'postgres') await storage.admin.rows('analyze')
      await fillJournal(storage, 'new', 400, { apart, seed: 2 })
    }
  }, 120_000)
  afterAll(() => Promise.all([sqlite?.close(), postgres?.close()]))

  // Frequent enough to end with the newest, to make it go on, and too rare for it; frequent long ago; prefixes that are spelled out and not.
  test.each<[string, Input]>([
    ['"stop loss"', {}],
    ['w5k', {}],
    ['btc w5k', {}],
    ['-bought -sold -btc -eth', {}],
    ['eth -boug*', {}],
    ['btc -"stop loss" -w5k', { tag: 'plan' }],
    ['volu*', {}],
    ['w5k*', {}],
    ['w1ab*', {}],
    ['w1a*', {}],
    ['-w5* -volu*', {}],
    ['btc "risk position"', {}],
    ['"stop lo"*', {}],
    ['"btc stop lo"*', {}],
    ['"stop loss" fomo', {}],
    ['"stop loss"', { tag: 'plan' }],
    ['btc eth plan stop loss fomo', {}],
    ['w15 w16', {}],
    ['plan -btc -eth -sold -"stop loss"', {}],
    ['long -bought -sold -bre*', {}],
    ['w5k -bought', {}],
    ['"bought sold btc"', {}],
    ['plan -"stop loss" -"the plan"', {}],
    ['"bought w5k"', {}],
    ['"long ago"', {}],
    ['ago btc', { tag: 'early' }],
    ['w5k', { from: '2024-03-01', to: '2025-02-01' }],
    ['plan', { tag: 'swing', symbol: 'SOL', entry_type: 'trade' }],
  ])(
    'both databases find all of %p with %p',
    async (text, filter) => {
      const here = await textsOf(sqlite.storage, text, filter)
      const there = await textsOf(postgres.storage, text, filter)
      expect(here.length).toBeGreaterThan(0)
      expect(there).toEqual(here)
    },
    60_000,
  )

  test('Postgres leaves few words for later, however many entries were stored at once', async () => {
    const server = await sharedPostgres()
    const database = new URL(postgres.config.DATABASE_URL!).pathname.slice(1)
    const admin = new Bun.SQL(server.superuserUrl(database), { max: 1 })
    await admin`create extension pgstattuple`
    const [list] =
      await admin`select pending_pages * 8 as kilobytes from pgstatginindex('holdfast.journal_search_words')`
    await admin.close()
    expect(list.kilobytes).toBeLessThanOrEqual(128 + 8)
  })

  const countReads = async (db: Reader, table = 'journal_entries') => {
    const [row] = await db.rows<{ read: number }>(
      sql`select (seq_tup_read + idx_tup_fetch)::integer as read from pg_stat_xact_user_tables where relname = ${table}`,
    )
    return row!.read
  }

  test.each(['plan -btc -eth -sold -"stop loss"', '"stop lo"*'])(
    'Postgres reads hardly more for %p than its sample of 300, three times, and what it finds',
    async (text) => {
      const search = { owner: 'many', query: parseQuery(text), filter: parseFilter({}) }
      const read = await postgres.storage.as('many').read(async (db) => {
        const before = await countReads(db, 'journal_search')
        await searchEntries(db, search, { limit: 20 })
        return (await countReads(db, 'journal_search')) - before
      })
      expect(read).toBeLessThan(1_000)
    },
  )

  test('Postgres reads no more entries than it found, though its statistics do not know the owner', async () => {
    const search = { owner: 'new', query: parseQuery('w5k'), filter: parseFilter({}) }
    const calls: ((db: Reader) => Promise<Total>)[] = [
      (db) => searchEntries(db, search, { limit: 20 }),
      (db) => listPage(db, 'new', parseFilter({ tag: 'swing', symbol: 'SOL' }), { limit: 20 }),
    ]
    for (const call of calls) {
      const [found, read] = await postgres.storage.as('new').read(async (db) => {
        const before = await countReads(db)
        return [(await call(db)).total, (await countReads(db)) - before]
      })
      expect(found).toBeGreaterThan(0)
      expect(read).toBeLessThanOrEqual(found!)
    }
  })
})
