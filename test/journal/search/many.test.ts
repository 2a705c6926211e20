import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { fillJournal } from '../../../bench/fill-journal'
import { parseFilter } from '../../../src/modules/journal/entries/filter'
import { parseQuery } from '../../../src/modules/journal/search/query'
import { searchEntries } from '../../../src/modules/journal/search/search'
import type { Storage } from '../../../src/platform/storage/storage'
import { openPostgresStorage, openSqliteStorage, type TestStorage } from '../../kit/storage'

/** More than Postgres walks before it asks its word index. */
const entries = 11_000

/** Every match of a search in the order of its pages; texts, because ids are made anew for each database. */
async function textsOf(storage: Storage, text: string): Promise<string[]> {
  const search = { owner: 'many', query: parseQuery(text), filter: parseFilter({}) }
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
    ;[sqlite, postgres] = await Promise.all([openSqliteStorage(), openPostgresStorage()])
    await Promise.all([sqlite, postgres].map(({ storage }) => fillJournal(storage, 'many', entries)))
  }, 60_000)
  afterAll(() => Promise.all([sqlite?.close(), postgres?.close()]))

  // Frequent enough to end the walk, to make it go on, and too rare for it; prefixes that are looked at and that are gathered.
  test.each([
    '"stop loss"',
    'w5k',
    'btc w5k',
    '-bought -sold -btc -eth',
    'volu*',
    'w5k*',
    'w1ab*',
    'week "risk position"',
  ])(
    'both databases find all of %p',
    async (text) => {
      const here = await textsOf(sqlite.storage, text)
      const there = await textsOf(postgres.storage, text)
      expect(here.length).toBeGreaterThan(0)
      expect(there).toEqual(here)
    },
    60_000,
  )
})
