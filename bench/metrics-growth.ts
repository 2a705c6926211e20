import { Database } from 'bun:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { metricsMigrations } from '../migrations/metrics'
import type { Batch } from '../src/modules/metrics/ingest/record'
import { createStoring } from '../src/modules/metrics/store/storing'
import { createLocalConnection } from '../src/platform/storage/local/connection'
import { applySteps } from '../src/platform/storage/local/steps'
import { payloads } from './kit/metrics-payloads'
import { printTable } from './kit/table'

const million = 1_000_000

/** `bun bench/metrics-growth.ts [MILLIONS]`: cost of storing a metric in the tables (without rollups) as they grow. */
const millions = Number(process.argv[2] ?? 10)
const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'holdfast-bench-'))
const client = new Database(join(folder, 'metrics.db'), { create: true })
for (const pragma of ['journal_mode = wal', 'synchronous = full', 'cache_size = -32768'])
  client.run(`pragma ${pragma}`)
const db = createLocalConnection(client, join(folder, 'metrics.db'))
applySteps(db, metricsMigrations)
const storing = createStoring(db, [])
const batches = payloads(50, 100, Date.now()).map(batchOf)

const micros: number[] = []
for (let filled = 0; filled < millions; filled++) {
  const started = process.cpuUsage()
  for (let rows = 0; rows < million; rows += 20_000) {
    storing.run((add) => {
      for (let n = 0; n < 200; n++) add(batches[n % batches.length]!)
    })
  }
  const { user, system } = process.cpuUsage(started)
  micros.push((user + system) / million)
}
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const [first, last] = [median(micros.slice(0, 3)), median(micros.slice(-3))]
printTable('Storing a metric, by rows that are there (processor time)', [
  ['rows', 'CPU µs a metric', '× first'],
  ['1-3 M', first, 1],
  [`${millions - 2}-${millions} M`, last, last / first],
])
client.close()
rmSync(folder, { recursive: true, force: true })

function batchOf(body: string): Batch {
  const { service, metrics } = JSON.parse(body) as { service: string; metrics: Record<string, unknown>[] }
  return {
    requestId: 'req_0123456789abcdef',
    receivedAt: Date.now(),
    series: metrics.map(({ type, dimensions }) => JSON.stringify([service, null, null, type, dimensions])),
    seriesOf: metrics.map((_, index) => index),
    at: metrics.map(({ timestamp }) => Date.parse(timestamp as string)),
    value: metrics.map(() => 1),
    duration: metrics.map(({ duration_ms }) => duration_ms as number),
    metadata: metrics.map(({ metadata }) => JSON.stringify(metadata)),
    idempotencyKeys: [],
  }
}
