import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '../migrations'
import { parseFilter } from '../src/modules/journal/entries/filter'
import type { Total } from '../src/modules/journal/entries/list'
import { listPage } from '../src/modules/journal/entries/list-page'
import { parseQuery } from '../src/modules/journal/search/query'
import { searchEntries } from '../src/modules/journal/search/search'
import { createMigrator } from '../src/platform/storage/migrate'
import { openStorage } from '../src/platform/storage/open'
import type { Storage } from '../src/platform/storage/storage'
import { createDatabase } from '../test/kit/postgres'
import { fillJournal, type Planted } from './fill-journal'
import { printTable } from './kit/table'

type Case = (storage: Storage, owner: string) => Promise<Total>

const list =
  (filter: Parameters<typeof parseFilter>[0], offset = 0): Case =>
  (storage, owner) =>
    storage.as(owner).read((db) => listPage(db, owner, parseFilter(filter), { limit: 20, offset }))

const search =
  (text: string, filter: Parameters<typeof parseFilter>[0] = {}): Case =>
  (storage, owner) =>
    storage
      .as(owner)
      .read((db) =>
        searchEntries(db, { owner, query: parseQuery(text), filter: parseFilter(filter) }, { limit: 20 }),
      )

/**
 * Entries that are the same number at every size, spread evenly: `windowful` in 250, of these `quiet harvest`, `$RARE`, BTC, a type and a tag in
 * 50, of these `lonesome` in 5.
 */
const planting =
  (count: number) =>
  (n: number): Planted | undefined => {
    const every = Math.floor(count / 250)
    const nth = n / every
    if (!Number.isInteger(nth) || nth >= 250) return undefined
    if (nth % 5 > 0) return { text: 'windowful harvest', tags: [] }
    const text = `windowful quiet harvest btc $RARE${nth % 50 === 0 ? ' lonesome' : ''}`
    return { text, tags: ['plan', 'kept'], entry_type: 'yearly' }
  }

/** The page after the first: it looks into the same window again. */
const nextPage =
  (text: string): Case =>
  (storage, owner) =>
    storage.as(owner).read(async (db) => {
      const wanted = { owner, query: parseQuery(text), filter: parseFilter({}) }
      const { next_cursor: cursor } = await searchEntries(db, wanted, { limit: 20 })
      return searchEntries(db, wanted, { limit: 20, cursor: cursor ?? undefined })
    })

const cases: Record<string, Case> = {
  'list, newest': list({}),
  'list, one type': list({ entry_type: 'trade' }),
  'list, rare type': list({ entry_type: 'yearly' }),
  'list, tag': list({ tag: 'plan' }),
  'list, rare tag': list({ tag: 'kept' }),
  'list, symbol and type': list({ symbol: 'BTC', entry_type: 'trade' }),
  'list, symbol and rare type': list({ symbol: 'BTC', entry_type: 'yearly' }),
  'list, tag and symbol': list({ tag: 'plan', symbol: 'SOL' }),
  'list, tag and rare symbol': list({ tag: 'plan', symbol: 'RARE' }),
  'list, tag, symbol and rare type': list({ tag: 'plan', symbol: 'BTC', entry_type: 'yearly' }),
  'list, span of time': list({ from: '2026-10-30', to: '2026-10-31' }),
  'search, word of 5': search('lonesome'),
  'search, word of 50': search('quiet'),
  'search, word of 250': search('windowful'),
  'search, phrase of 50': search('"quiet harvest"'),
  'search, phrase of a common word': search('"btc rare"'),
  'search, prefix of 5': search('lone*'),
  'search, prefix of 250': search('win*'),
  'search, common word and one of 50': search('btc quiet'),
  'search, word of 50 without another': search('quiet -lonesome'),
  'search, word of 5 with a tag': search('lonesome', { tag: 'plan' }),
  'search, word of 50 in a span of time': search('quiet', { from: '2000-01-01', to: '2026-12-31' }),
  'search, no match': search('nowhere'),
  'search, common word': search('btc'),
  'search, two common words': search('btc plan'),
  'search, rare word': search('wfdz'),
  'search, middling word': search('w5k'),
  'search, common and middling': search('btc w5k'),
  'search, phrase': search('"stop loss"'),
  'search, negation': search('btc -eth'),
  'search, only negation': search('-btc'),
  'search, prefix of 3 letters': search('bre*'),
  'search, prefix of 5 letters': search('break*'),
  'search, prefix of a common word': search('boug*'),
  'search, negated prefix': search('eth -boug*'),
  'search, prefix of 2 letters': search('re*'),
  'search, two pages': nextPage('btc'),
  'search, with filters': search('btc', { tag: 'plan', entry_type: 'trade' }),
  'search, span of time': search('btc', { from: '2026-10-25', to: '2026-10-31' }),
}

interface Measured {
  median: number
  total: Total
}

/** The median of some runs in milliseconds, after a few that warm up. */
async function measure(work: () => Promise<Total>): Promise<Measured> {
  const times: number[] = []
  for (let n = 0; n < 5; n++) await work()
  const { total, total_relation } = await work()
  for (let n = 0; n < 25; n++) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  return { median: times.sort((a, b) => a - b)[12]!, total: { total, total_relation } }
}

/** Lists and searches at several sizes of one owner's journal, each also as a ratio to the smallest. */
export async function benchJournal(sizes: number[], url?: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const config = { DATA_DIR: folder, DATABASE_URL: url, DATABASE_POOL_SIZE: 4, DATABASE_SSL_CA: undefined }
  const storage = await openStorage(config)
  await createMigrator(storage, migrations).up()
  for (const size of sizes) {
    const started = performance.now()
    await fillJournal(storage, `owner-${size}`, size, { plant: planting(size) })
    const rate = size / ((performance.now() - started) / 1000)
    console.log(`${storage.dialect}: filled ${size} at ${Math.round(rate)} entries/s`)
  }
  if (url) await storage.admin.rows('analyze holdfast.journal_entries')
  if (url) await storage.admin.rows('analyze holdfast.journal_search')
  if (url) await storage.admin.rows('analyze holdfast.journal_labels')
  const rows: Row[] = []
  for (const [name, run] of Object.entries(cases)) {
    const measured: Measured[] = []
    for (const size of sizes) measured.push(await measure(() => run(storage, `owner-${size}`)))
    rows.push({ name, measured })
  }
  printRows(`Journal on ${storage.dialect}, as many matches at each size`, sizes, rows.filter(isEven))
  printRows(`Journal on ${storage.dialect}, more matches among more entries`, sizes, rows.filter(isUneven))
  await storage.close()
  rmSync(folder, { recursive: true, force: true })
}

interface Row {
  name: string
  measured: Measured[]
}

const matches = ({ total: { total, total_relation } }: Measured) =>
  `${total}${total_relation === 'gte' ? '+' : ''}`

/** Whether as many match at every size; a search whose window is full counts no further and reads as much. */
const isEven = ({ measured }: Row) => new Set(measured.map(matches)).size === 1
const isUneven = (row: Row) => !isEven(row)

function printRows(title: string, sizes: number[], rows: Row[]): void {
  const head = ['call', ...sizes.map((size) => `ms at ${size}`), 'last / first', 'matches']
  const cells = rows.map(({ name, measured }) => [
    name,
    ...measured.map(({ median }) => median),
    measured.at(-1)!.median / measured[0]!.median,
    isEven({ name, measured }) ? matches(measured[0]!) : measured.map(matches).join(' → '),
  ])
  printTable(title, [head, ...cells])
}

/** `bun bench/journal.ts [sizes] [sqlite|postgres]`. */
if (import.meta.main) {
  const [sizes = '1000,100000', database = 'sqlite'] = process.argv.slice(2)
  const url = database === 'postgres' ? (await createDatabase()).url : undefined
  await benchJournal(sizes.split(',').map(Number), url)
  process.exit(0)
}
