import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Procedures } from '../src/core/local-database'
import { type Batch, decodeBatch, encodeBatch } from '../src/modules/metrics/ingest/record'
import { createSeriesNumbers, createSeriesTexts } from '../src/modules/metrics/ingest/series-numbers'
import { retentionWriting } from '../src/modules/metrics/retention/procedures'
import type { Purge } from '../src/modules/metrics/retention/purge'
import type { Place, Purged } from '../src/modules/metrics/retention/slices'
import { followers } from '../src/modules/metrics/store/followers'
import { createStoring } from '../src/modules/metrics/store/storing'
import { checkpointing } from '../src/platform/storage/local/checkpoints'
import { createLocalConnection } from '../src/platform/storage/local/connection'
import { openWriter } from '../src/platform/storage/local/writer'
import { payloads } from './kit/metrics-payloads'
import { openMetricsTables } from './kit/metrics-tables'
import { printTable } from './kit/table'

const million = 1_000_000
/** Rows of one move: some seconds of what a busy server takes in. */
const together = Number(process.env.BENCH_TOGETHER ?? 200_000)
const hour = 3_600_000

/**
 * `bun bench/metrics-growth.ts [MILLIONS]`: what it costs to move a metric from the log into the tables, rollups included, as they grow; then what retention of the
 * oldest tenth costs. The sender's clock goes on by an hour every 250,000 rows, of some 5,000 senders; a mark is the mean of the
 * four millions before it, after which the rollups that wait are written: as many as the store gathers before it writes them by itself.
 */
const millions = Number(process.argv[2] ?? 10)
const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'holdfast-bench-'))
const path = join(folder, 'metrics.db')
const end = Math.floor(Date.now() / hour) * hour
/** Milliseconds. */
const between = hour / 250_000
const start = end - millions * million * between
const { client, db } = openMetricsTables(path)
const records = recordsOf()
const parseCost = costOfParsing()

const marks: (string | number)[][] = []
const checkpoints: number[] = []
const moving = checkpointing(createLocalConnection(openWriter(path), path))
const storing = createStoring(
  db,
  followers.map((create) => create(db)),
)
const window = 4
const wanted = new Set([4, 8, 16, 24, 32, 40, 48, millions])
const measured: { cost: number; ratio: number }[] = []
for (let done = 1; done <= millions; done++) {
  const before = parseCost()
  const work = () => {
    fill((done - 1) * million)
    if (done % window === 0 || done === millions) storing.settle()
  }
  const cost = spent(work) / million
  measured.push({ cost, ratio: (2 * cost) / (before + parseCost()) })
  if (!wanted.has(done)) continue
  const last = measured.slice(-window)
  const mean = (of: 'cost' | 'ratio') => last.reduce((sum, one) => sum + one[of], 0) / last.length
  const [middle, ratio] = [mean('cost'), mean('ratio')]
  marks.push([`${done} M`, middle, ratio, statSync(path).size / million / done])
  console.error(`${done} M rows: ${middle.toFixed(2)} µs a metric, ${ratio.toFixed(2)} × JSON.parse`)
}
const [first] = marks as [[string, number, number, number]]
printTable('Moving a metric into the tables, by rows that are there', [
  ['rows', 'CPU µs', '× JSON.parse', 'bytes a row', '× first'],
  ...marks.map((mark) => [...mark, (mark[2] as number) / first[2]]),
])
printRetention()
client.close()
rmSync(folder, { recursive: true, force: true })

/** Records as the log has them, and what reads them. */
function recordsOf(): () => Batch {
  const numbers = createSeriesNumbers()
  const texts = createSeriesTexts()
  const batches = payloads(50, 100, 0).map(batchOf)
  for (const batch of batches) decodeBatch(encodeBatch(batch, numbers), texts)
  const encoded = batches.map((batch) => encodeBatch(batch, numbers))
  let next = 0
  return () => decodeBatch(encoded[next++ % encoded.length]!, texts)
}

function batchOf(body: string): Batch {
  const { service, metrics } = JSON.parse(body) as { service: string; metrics: Record<string, unknown>[] }
  return {
    requestId: 'req_0123456789abcdef',
    receivedAt: 0,
    series: metrics.map(({ type, dimensions }) => JSON.stringify([service, null, null, type, dimensions])),
    seriesOf: metrics.map((_, index) => index),
    at: metrics.map((_, index) => index),
    value: metrics.map(() => 1),
    duration: metrics.map(({ duration_ms }) => duration_ms as number),
    metadata: metrics.map(({ metadata }) => JSON.stringify(metadata)),
    idempotencyKeys: [],
  }
}

/** A million rows from the given one on. */
function fill(from: number): void {
  for (let rows = 0; rows < million; rows += together) {
    storing.run((add) => {
      for (let row = from + rows; row < from + rows + together; row += 100) {
        const batch = records()
        const at = Math.round(start + row * between)
        add({ ...batch, receivedAt: at, at: Float64Array.from(batch.at, (offset) => at + offset * between) })
      }
    })
  }
}

/** Microseconds of processor time. */
function spent(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** What parsing a metric costs now: the machine's other work slows both. */
function costOfParsing(): () => number {
  const bodies = payloads(50, 100, end)
  const parse = () => {
    for (let turn = 0; turn < 40; turn++) for (const body of bodies) JSON.parse(body)
  }
  parse()
  return () => spent(parse) / (40 * 50 * 100)
}

/** One slice after the other, as the clean-up does it. */
function printRetention(): void {
  const before = start + (millions * million * between) / 10
  const writing = retentionWriting(db, () => {})
  storing.settle()
  for (const table of ['metrics', 'tool_metrics']) writing.hide!({ table, before })
  const whats = ['samples', 'batches', 'series', 'rollup_hours', 'rollup_days', 'pages'] as const
  printTable('Retention of the oldest tenth', [
    ['of', 'rows', 'slices', 'CPU s', 'slice: median CPU ms', 'longest CPU ms', 'median ms', 'longest ms'],
    ...whats.map((of) => [of, ...purgeCost(writing, of, before)]),
  ])
  const turns = checkpoints.toSorted((a, b) => a - b)
  console.log(
    `moving the write-ahead log into the file, in the server in a thread of its own: longest ${turns.at(-1)!.toFixed(1)} ms; ${statSync(path).size} bytes are left`,
  )
}

function purgeCost(writing: Procedures, of: Purge, before: number): number[] {
  const clock: number[] = []
  const processor: number[] = []
  let rows = 0
  let from: Place | null = null
  do {
    const started = performance.now()
    processor.push(
      spent(() => {
        const purged = writing.purge!({ of, before, from }) as Purged
        rows += purged.deleted
        from = purged.next
      }) / 1000,
    )
    const ended = performance.now()
    clock.push(ended - started)
    moving['local.checkpoint']!(undefined)
    checkpoints.push(performance.now() - ended)
  } while (from)
  const sum = processor.reduce((all, one) => all + one, 0) / 1000
  const [middle, ends] = [clock, processor].map((all) => all.sort((a, b) => a - b)) as [number[], number[]]
  return [
    rows,
    clock.length,
    sum,
    ends[ends.length >> 1]!,
    ends.at(-1)!,
    middle[middle.length >> 1]!,
    middle.at(-1)!,
  ]
}
