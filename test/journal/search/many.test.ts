import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { fillJournal } from '../../../bench/fill-journal'
import { parseFilter } from '../../../src/modules/journal/entries/filter'
import { parseQuery } from '../../../src/modules/journal/search/query'
import { searchEntries } from '../../../src/modules/journal/search/search'
import type { Storage } from '../../../src/platform/storage/storage'
import { openPostgresStorage, openSqliteStorage, type TestStorage } from '../../kit/storage'

/** More than Postgres reads one by one, over more than one stretch of time of its word index. */
const [entries, apart] = [4_000, 6 * 3_600_000]

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
      await fillJournal(storage, 'other', 200, { apart, seed: 2 })
      await fillJournal(storage, 'many', entries, {
        apart,
        plant: (n) => (n < 1_000 ? { text: 'long ago', tags: ['early'] } : undefined),
      })
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
    ['-w1* -bo*', {}],
    ['btc "risk position"', {}],
    ['"stop lo"*', {}],
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
})
