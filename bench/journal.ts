import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '../migrations'
import { parseFilter } from '../src/modules/journal/entries/filter'
import { listPage } from '../src/modules/journal/entries/list-page'
import { parseQuery } from '../src/modules/journal/search/query'
import { searchEntries } from '../src/modules/journal/search/search'
import { createMigrator } from '../src/platform/storage/migrate'
import { openStorage } from '../src/platform/storage/open'
import type { Storage } from '../src/platform/storage/storage'
import { createDatabase } from '../test/kit/postgres'
import { fillJournal } from './fill-journal'
import { printTable } from './kit/table'

type Case = (storage: Storage, owner: string) => Promise<unknown>

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
  'list, tag': list({ tag: 'plan' }),
  'list, symbol and type': list({ symbol: 'BTC', entry_type: 'trade' }),
  'list, tag and symbol': list({ tag: 'plan', symbol: 'SOL' }),
  'list, span of time': list({ from: '2026-10-01', to: '2026-10-20' }),
  'search, common word': search('btc'),
  'search, two common words': search('btc plan'),
  'search, rare word': search('wfdz'),
  'search, middling word': search('w5k'),
  'search, common and middling': search('btc w5k'),
  'search, phrase': search('"stop loss"'),
  'search, negation': search('btc -eth'),
  'search, only negation': search('-btc'),
  'search, prefix of 3': search('bre*'),
  'search, prefix of 5': search('break*'),
  'search, prefix of a common word': search('boug*'),
  'search, negated prefix': search('eth -boug*'),
  'search, prefix of 2': search('re*'),
  'search, two pages': nextPage('btc'),
  'search, with filters': search('btc', { tag: 'plan', entry_type: 'trade' }),
  'search, span of time': search('btc', { from: '2026-09-01', to: '2026-10-20' }),
}

/** Milliseconds of the median of some runs. */
async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let n = 0; n < 25; n++) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  return times.sort((a, b) => a - b)[12]!
}

/** Lists and searches at several sizes of one owner's journal, each also as a ratio to the smallest. */
export async function benchJournal(sizes: number[], url?: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const config = { DATA_DIR: folder, DATABASE_URL: url, DATABASE_POOL_SIZE: 4, DATABASE_SSL_CA: undefined }
  const storage = await openStorage(config)
  await createMigrator(storage, migrations).up()
  for (const size of sizes) {
    const started = performance.now()
    await fillJournal(storage, `owner-${size}`, size)
    const rate = size / ((performance.now() - started) / 1000)
    console.log(`${storage.dialect}: filled ${size} at ${Math.round(rate)} entries/s`)
  }
  if (url) await storage.admin.rows('analyze holdfast.journal_entries')
  if (url) await storage.admin.rows('analyze holdfast.journal_search')
  if (url) await storage.admin.rows('analyze holdfast.journal_labels')
  const rows: (string | number)[][] = []
  for (const [name, run] of Object.entries(cases)) {
    const times: number[] = []
    for (const size of sizes) times.push(await median(() => run(storage, `owner-${size}`)))
    rows.push([name, ...times, times.at(-1)! / times[0]!])
  }
  printTable(`Journal on ${storage.dialect}: milliseconds`, [
    ['call', ...sizes.map((size) => `at ${size}`), 'last / first'],
    ...rows,
  ])
  await storage.close()
  rmSync(folder, { recursive: true, force: true })
}

/** `bun bench/journal.ts [sizes] [sqlite|postgres]`. */
if (import.meta.main) {
  const [sizes = '1000,100000', database = 'sqlite'] = process.argv.slice(2)
  const url = database === 'postgres' ? (await createDatabase()).url : undefined
  await benchJournal(sizes.split(',').map(Number), url)
  process.exit(0)
}
