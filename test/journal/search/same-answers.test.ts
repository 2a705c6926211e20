import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { randomFrom, textOf } from '../../../bench/fill-journal'
import { parseFilter } from '../../../src/modules/journal/entries/filter'
import { insertEntries } from '../../../src/modules/journal/entries/rows'
import { findSymbols } from '../../../src/modules/journal/entries/symbols'
import { documentOf } from '../../../src/modules/journal/search/document'
import { occurrences } from '../../../src/modules/journal/search/matching'
import { parseQuery } from '../../../src/modules/journal/search/query'
import { type Hit, searchEntries } from '../../../src/modules/journal/search/search'
import type { Storage } from '../../../src/platform/storage/storage'
import { openPostgresStorage, openSqliteStorage, type TestStorage } from '../../kit/storage'

const owner = 'reader'
const written = [
  'Bought 0.5 BTC at 45,000.50, calm and planned',
  'Sold BTC-USD at $45000.50 — panic, fear, FOMO!',
  'Économie: la stratégie à Zürich tient',
  'economie without accents, strategie too',
  '比特币突破四万五千，耐心等待',
  'ビットコインを少し買った',
  'Накопление биткоина по плану',
  'ΟΔΟΣ and οδος are one word',
  'Straße or STRASSE, weiß or weiss',
  'to the moon 🚀🚀 said everyone',
  "I didn't follow the stop-loss plan; don't do that",
  'stop. Loss of focus.',
  'a stop loss, a stop loss, a stop loss',
  'accumulate accumulating accumulation accrue',
  'İstanbul istanbul ISTANBUL',
  'ﬁne ½ ① ㎏ Ⅷ',
  `long ${'btc filler '.repeat(400)}end`,
  'aaa '.repeat(300),
]
const queries = [
  'btc',
  'BTC',
  'bitcoin',
  'btc eth',
  'btc plan stop',
  '"stop loss"',
  '"loss stop"',
  '"bought sold"',
  'btc -eth',
  '-btc',
  '-btc -eth -plan',
  'btc -"stop loss"',
  'accum*',
  'bo*',
  'br*',
  'bre*',
  'brea*',
  'break*',
  'breakou*',
  'w1*',
  'w12*',
  '-bou*',
  '-bough*',
  'eth -acc*',
  'economie',
  'Économie',
  'stratégie zürich',
  '比特币',
  '"比特"',
  '"特比"',
  '比*',
  '买',
  'ビット',
  'биткоина',
  'нако*',
  'οδοσ',
  'ΟΔΌΣ',
  'strasse',
  'weiß',
  '🚀',
  '"🚀 🚀"',
  '-🚀 moon',
  "don't",
  'didn’t',
  '45000',
  '45,000',
  '"45000 50"',
  '45,000.50',
  '$BTC',
  'BTC-USD',
  'btc-us*',
  '"btc us*"',
  'stop-loss',
  'istanbul',
  'fine',
  'kg',
  'viii',
  '"1 2"',
  'aaa',
  '"aaa aaa"',
  '"aaa aaa aaa"',
  'filler end',
  'nowhere',
  'btc nowhere',
  'swing',
  '"plan swing"',
  'AND OR NOT',
  'body:btc',
]
const filters: Parameters<typeof parseFilter>[0][] = [
  { tag: 'PLAN' },
  { symbol: 'btc' },
  { entry_type: 'trade' },
  { tag: 'plan', symbol: 'SOL', entry_type: 'general' },
  { from: '2026-10-20', to: '2026-10-25' },
  { from: '2026-10-30T12:00:00.500Z' },
  { to: '2026-10-20T06:00:00Z', tag: 'swing' },
]

/** The same rows for both databases: some written, the rest made, several in one second, and some of somebody else. */
function corpus() {
  const random = randomFrom(7)
  const texts = [...written, ...Array.from({ length: 900 }, () => textOf(random))]
  return texts.map((entry, n) => {
    const at = new Date(Date.UTC(2026, 10, 1) - Math.floor(n / 3) * 3_600_000 + (n % 3) * 333)
    const entry_type = ['general', 'trade', 'plan_b'][n % 3]!
    const tags = [['Plan', 'swing', 'review'][n % 3]!, ...(n % 10 === 0 ? ['Économie', '日記'] : [])]
    const id = `0190a000-0000-7000-8000-${String(n).padStart(12, '0')}`
    const times = { occurred_at: at, created_at: at, updated_at: at }
    return {
      id,
      owner,
      entry,
      entry_type,
      tags,
      symbols: findSymbols(entry, {}),
      metadata: {},
      client_id: null,
      ...times,
    }
  })
}

const rows = corpus()
const documents = new Map(rows.map((row) => [row.id, documentOf(row)]))

async function fill(storage: Storage): Promise<void> {
  await storage.as(owner).write((tx) => insertEntries(tx, owner, rows))
  const foreign = rows
    .slice(0, 200)
    .map((row) => ({ ...row, owner: 'other', id: row.id.replace('0190a', '0190b') }))
  await storage.as('other').write((tx) => insertEntries(tx, 'other', foreign))
}

interface Answer {
  hits: Hit[]
  totals: string[]
}

/** All pages of a search. */
async function searchAll(
  storage: Storage,
  text: string,
  filter: Parameters<typeof parseFilter>[0],
  limit: number,
): Promise<Answer> {
  const search = { owner, query: parseQuery(text), filter: parseFilter(filter) }
  const answer: Answer = { hits: [], totals: [] }
  let cursor: string | undefined
  do {
    const page = await storage.as(owner).read((db) => searchEntries(db, search, { limit, cursor }))
    answer.hits.push(...page.entries)
    answer.totals.push(`${page.total} ${page.total_relation} ${page.count}`)
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  return answer
}

/** What must be found, by looking at every row. */
function expected(text: string, filter: Parameters<typeof parseFilter>[0]): string[] {
  const { wanted, unwanted } = parseQuery(text)
  const { entry_type, tag, symbol, from, to } = parseFilter(filter)
  const found = rows.filter((row) => {
    const { words } = documents.get(row.id)!
    const has = (term: (typeof wanted)[number]) => occurrences(words, term).length > 0
    return (
      wanted.every(has) &&
      !unwanted.some(has) &&
      (!entry_type || row.entry_type === entry_type) &&
      (!tag || row.tags.some((own) => own.toLowerCase() === tag)) &&
      (!symbol || row.symbols.includes(symbol)) &&
      (!from || row.occurred_at >= from) &&
      (!to || row.occurred_at <= to)
    )
  })
  return found.map(({ id }) => id).sort()
}

const idsOf = ({ hits }: Answer) => hits.map(({ id }) => id)

describe('SQLite and Postgres', () => {
  let sqlite: TestStorage
  let postgres: TestStorage
  beforeAll(async () => {
    ;[sqlite, postgres] = await Promise.all([openSqliteStorage(), openPostgresStorage()])
    await Promise.all([fill(sqlite.storage), fill(postgres.storage)])
  })
  afterAll(() => Promise.all([sqlite?.close(), postgres?.close()]))

  test.each(queries)('find the same for %p, in the same order, and all of it', async (text) => {
    const here = await searchAll(sqlite.storage, text, {}, 100)
    expect(await searchAll(postgres.storage, text, {}, 100)).toEqual(here)
    expect(idsOf(here).sort()).toEqual(expected(text, {}))
  })

  test.each(filters)('find the same within %p', async (filter) => {
    for (const text of ['btc', '-btc', 'plan "stop loss"', 'bought -eth', 'bough*', 'economie']) {
      const here = await searchAll(sqlite.storage, text, filter, 37)
      expect(await searchAll(postgres.storage, text, filter, 37)).toEqual(here)
      expect(idsOf(here).sort()).toEqual(expected(text, filter))
    }
  })

  test('pages of any size hold each match once, ranked within windows of the newest', async () => {
    const whole = await searchAll(sqlite.storage, 'btc', {}, 100)
    expect(whole.hits.length).toBeGreaterThan(400)
    for (const limit of [29, 99]) {
      const paged = await searchAll(postgres.storage, 'btc', {}, limit)
      expect(idsOf(paged)).toEqual(idsOf(whole))
    }
    const first = whole.hits.slice(0, 200)
    expect(first.map(({ score }) => score)).toEqual(first.map(({ score }) => score).toSorted((a, b) => b - a))
    expect(whole.totals[0]).toBe('200 gte 100')
  })

  test('the corpus tries what it should: most queries find something', () => {
    const empty = queries.filter((text) => expected(text, {}).length === 0)
    expect(empty.length).toBeLessThan(12)
    expect(queries.length).toBeGreaterThan(60)
  })
})
