import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
 * Entries that are the same number at every size, spread evenly: `windowful harvest` in 250, of these `harvest quiet`, `$RARE`, BTC, a type and a
 * tag in 50, of these `lonesome` in 5.
 */
const planting =
  (count: number) =>
  (n: number): Planted | undefined => {
    const every = Math.floor(count / 250)
    const nth = n / every
    if (!Number.isInteger(nth) || nth >= 250) return undefined
    if (nth % 5 > 0) return { text: 'windowful harvest', tags: [] }
    const text = `windowful harvest quiet btc $RARE${nth % 50 === 0 ? ' lonesome' : ''}`
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
  'search, phrase of 50': search('"harvest quiet"'),
  'search, phrase of 250': search('"windowful harvest"'),
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

/** What finds too little at a small size to be compared with itself, and a call of its kind that fills its window there. */
const fullAtAnySize: Record<string, string> = {
  'search, rare word': 'search, word of 250',
  'search, middling word': 'search, word of 250',
  'search, common and middling': 'search, two common words',
  'search, phrase': 'search, phrase of 250',
  'search, prefix of 3 letters': 'search, prefix of 250',
  'search, prefix of 5 letters': 'search, prefix of 250',
  'search, negated prefix': 'search, negation',
  'search, with filters': 'search, common word',
}

interface Measured {
  /** Milliseconds of processor time, the database's own included. */
  time: number
  total: Total
}

/** Nanoseconds that a process has had of the processors. */
const processorTime = (pid: number | string) =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0])

/** Tells the processor time of what is done so far, in milliseconds: ours, and that of the one connection to Postgres. */
export async function createClock(storage: Storage): Promise<() => number> {
  const own = () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }
  if (storage.dialect === 'sqlite') return own
  const [{ pid }] = (await storage.admin.rows<{ pid: number }>('select pg_backend_pid() as pid')) as [
    { pid: number },
  ]
  return () => own() + processorTime(pid) / 1e6
}

const rounds = 7
const callsOfRound = 4

/** The median of some rounds at each size, one size after the other within each; the first round warms up. */
async function measure(clock: () => number, works: (() => Promise<Total>)[]): Promise<Measured[]> {
  const times = works.map((): number[] => [])
  const totals: Total[] = []
  for (let round = 0; round <= rounds; round++) {
    for (const [at, work] of works.entries()) {
      const started = clock()
      for (let n = 0; n < callsOfRound; n++) totals[at] = await work()
      if (round > 0) times[at]!.push((clock() - started) / callsOfRound)
    }
  }
  return works.map((_, at) => ({
    time: times[at]!.sort((a, b) => a - b)[Math.floor(rounds / 2)]!,
    total: totals[at]!,
  }))
}

/** Lists and searches at several sizes of one owner's journal, each also as a ratio to the smallest. */
export async function benchJournal(sizes: number[], url?: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const config = { DATA_DIR: folder, DATABASE_URL: url, DATABASE_POOL_SIZE: 1, DATABASE_SSL_CA: undefined }
  const storage = await openStorage(config)
  await createMigrator(storage, migrations).up()
  const clock = await createClock(storage)
  for (const size of sizes) {
    const started = clock()
    await fillJournal(storage, `owner-${size}`, size, { plant: planting(size) })
    const each = ((clock() - started) / size) * 1000
    console.log(`${storage.dialect}: filled ${size} at ${Math.round(each)} µs of processor time an entry`)
  }
  if (url) await settle(storage, url)
  await compareSizes(storage, clock, sizes)
  await storage.close()
  rmSync(folder, { recursive: true, force: true })
}

/** As autovacuum leaves the tables, and some entries later. */
async function settle(storage: Storage, url: string): Promise<void> {
  const client = new Bun.SQL(url, { max: 1 })
  await client.unsafe('vacuum analyze')
  await client.close()
  await fillJournal(storage, 'somebody', 100)
}

/** Over journals that are filled already. */
export async function compareSizes(storage: Storage, clock: () => number, sizes: number[]): Promise<void> {
  const rows: Row[] = []
  for (const [name, run] of Object.entries(cases)) {
    const works = sizes.map((size) => () => run(storage, `owner-${size}`))
    rows.push({ name, measured: await measure(clock, works) })
  }
  printEven(`Journal on ${storage.dialect}, as many matches at each size`, sizes, rows.filter(isEven))
  const uneven = rows.filter((row) => !isEven(row))
  printUneven(`Journal on ${storage.dialect}, more matches among more entries`, sizes, uneven, rows)
}

interface Row {
  name: string
  measured: Measured[]
}

const matches = ({ total: { total, total_relation } }: Measured) =>
  `${total}${total_relation === 'gte' ? '+' : ''}`

/** Whether as many match at every size; a search whose window is full counts no further and reads as much. */
const isEven = ({ measured }: Row) => new Set(measured.map(matches)).size === 1

const times = ({ measured }: Row) => measured.map(({ time }) => time)

const growth = ({ measured }: Row) => measured.at(-1)!.time / measured[0]!.time

const head = (sizes: number[]) => ['call', ...sizes.map((size) => `ms at ${size}`), 'last / first', 'matches']

function printEven(title: string, sizes: number[], rows: Row[]): void {
  const cells = rows.map((row) => [row.name, ...times(row), growth(row), matches(row.measured[0]!)])
  printTable(title, [head(sizes), ...cells])
}

/** Besides, the largest size compared with a call of the same kind that fills its window at the smallest. */
function printUneven(title: string, sizes: number[], rows: Row[], all: Row[]): void {
  const cells = rows.map((row) => {
    const like = all.find(({ name }) => name === fullAtAnySize[row.name])
    const ratio = like ? row.measured.at(-1)!.time / like.measured[0]!.time : ''
    const found = row.measured.map(matches).join(' → ')
    return [row.name, ...times(row), growth(row), found, ratio, like?.name ?? '']
  })
  printTable(title, [[...head(sizes), 'last / full window at first', 'which'], ...cells])
}

/** `bun bench/journal.ts [sizes] [sqlite|postgres]`. */
if (import.meta.main) {
  const [sizes = '1000,100000', database = 'sqlite'] = process.argv.slice(2)
  const url = database === 'postgres' ? (await createDatabase()).url : undefined
  await benchJournal(sizes.split(',').map(Number), url)
  process.exit(0)
}
