import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '../migrations'
import type { Total } from '../src/modules/journal/entries/list'
import { createMigrator } from '../src/platform/storage/migrate'
import { openStorage } from '../src/platform/storage/open'
import type { Storage } from '../src/platform/storage/storage'
import { createDatabase } from '../test/kit/postgres'
import { fillJournal } from './fill-journal'
import { cases, fullAtAnySize, planting } from './journal-cases'
import { printTable } from './kit/table'

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
