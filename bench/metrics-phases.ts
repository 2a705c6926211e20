import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogPosition } from '../src/core/local-database'
import type { Meter } from '../src/core/module'
import { countReported } from '../src/modules/metrics/exposition/count-reported'
import { parseBody, submissionOf } from '../src/modules/metrics/ingest/read-body'
import { readSubmission } from '../src/modules/metrics/ingest/read-submission'
import { encodeBatch } from '../src/modules/metrics/ingest/record'
import { createSeriesCache } from '../src/modules/metrics/ingest/series'
import { createSeriesNumbers } from '../src/modules/metrics/ingest/series-numbers'
import { createUsualReader } from '../src/modules/metrics/ingest/usual/read-usual'
import { createApply } from '../src/modules/metrics/store/apply'
import type { FollowerFactory } from '../src/modules/metrics/store/follower'
import { followers } from '../src/modules/metrics/store/followers'
import { createLogReader } from '../src/modules/metrics/store/log-reader'
import { createStoring } from '../src/modules/metrics/store/storing'
import { openAppendLog } from '../src/platform/storage/log/append-log'
import { readLog } from '../src/platform/storage/log/read-log'
import { createMeter } from '../src/platform/telemetry/meter'
import { payloads } from './kit/metrics-payloads'
import { openMetricsTables } from './kit/metrics-tables'
import { printTable } from './kit/table'

/** `bun bench/metrics-phases.ts`: what each phase of a metric costs alone, on the bodies of `bench metrics`; HTTP and the collector's work are not in it. */
const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'holdfast-bench-'))
const bodies = payloads(50, 100, Date.now()).map((text) => new TextEncoder().encode(text))
const texts = bodies.map((body) => Buffer.from(body).toString())
const metrics = 5000
const requestId = 'req_0123456789abcdef'
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
const costs: [string, number][] = []

/** Microseconds of processor time so far. */
function spent(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** The median of three rounds, after one that warms up; `work` is all bodies once. */
async function phase(name: string, work: () => unknown): Promise<void> {
  const turns = 40
  const round = async () => {
    const before = spent()
    for (let turn = 0; turn < turns; turn++) await work()
    return (spent() - before) / turns / metrics
  }
  await round()
  const rounds = [await round(), await round(), await round()]
  costs.push([name, rounds.sort((a, b) => a - b)[1]!])
}

const drafts = bodies.map((body) => submissionOf(parseBody(body), requestId, null))
const series = createSeriesCache()
const read = () => drafts.map((draft) => readSubmission(draft, series, Date.now()).metrics)
const readUsual = createUsualReader(series, Date.now)
const readBodies = () => bodies.map((body) => readUsual(body)!.reading.metrics)
const accepted = readBodies()
const batches = accepted.map((metrics) => ({
  requestId,
  receivedAt: Date.now(),
  idempotencyKeys: [],
  ...metrics,
}))
const count = countReported(createMeter().meter as Meter, { cardinality: 150, length: 96, buckets })
const log = openAppendLog(join(folder, 'log'))
const encode = createEncoder()
const append = () => Promise.all(batches.map((batch) => log.append(encode(batch))))

await phase('JSON.parse alone', () => texts.map((text) => JSON.parse(text)))
await phase('body to columns', readBodies)
await phase('unusual body to objects', () => bodies.map(parseBody))
await phase('unusual body: check, series', read)
await phase('Prometheus port', () => accepted.forEach(count))
await phase('record, log, disk', append)
const start = log.position()
for (let turn = 0; turn < 160; turn++) await append()
costs.push(['read the log', readAll(start, log.position())])
costs.push(['read the log, rows', moveAll('rows', [])])
costs.push(['read the log, rows, rollups', moveAll('rollups', followers)])
await log.close()
rmSync(folder, { recursive: true, force: true })
printTable('CPU µs a metric', [['phase', 'µs'], ...costs])

/** Each segment of the log has numbers of its own. */
function createEncoder() {
  let numbers = createSeriesNumbers()
  let current = 0
  return (batch: (typeof batches)[0]) => (segment: number, room: (most: number) => Uint8Array) => {
    if (segment !== current) numbers = createSeriesNumbers()
    current = segment
    return encodeBatch(batch, numbers, room)
  }
}

function readAll(from: LogPosition, until: LogPosition): number {
  const records = createLogReader({ readLog }, log.folder)
  const before = spent()
  let rows = 0
  for (const { batch } of records(from, until)) rows += batch!.at.length
  return (spent() - before) / rows
}

/** Moves the whole log into tables of their own. */
function moveAll(name: string, factories: readonly FollowerFactory[]): number {
  const { client, db } = openMetricsTables(join(folder, `${name}.db`))
  const storing = createStoring(
    db,
    factories.map((create) => create(db)),
  )
  const apply = createApply(db, { readLog }, log.folder, storing)
  let rows = apply(log.position()).rows
  const before = spent()
  const moved = rows
  for (let more = true; more; ) {
    const done = apply(log.position())
    rows += done.rows
    more = done.more
  }
  storing.settle()
  const cost = (spent() - before) / (rows - moved)
  client.close()
  return cost
}
