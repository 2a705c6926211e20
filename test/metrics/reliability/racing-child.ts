import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { metricsMigrations } from '../../../migrations/metrics'
import { encodeBatch } from '../../../src/modules/metrics/ingest/record'
import { createSeriesNumbers } from '../../../src/modules/metrics/ingest/series-numbers'
import { createApply } from '../../../src/modules/metrics/store/apply'
import { createStoring } from '../../../src/modules/metrics/store/storing'
import { createLocalConnection } from '../../../src/platform/storage/local/connection'
import { applySteps } from '../../../src/platform/storage/local/steps'
import { openWriter } from '../../../src/platform/storage/local/writer'
import { openAppendLog } from '../../../src/platform/storage/log/append-log'
import { readLog } from '../../../src/platform/storage/log/read-log'

/** Writes metrics into a log, each with a value of its own from `first` on, and moves the log into tables meanwhile. Tells to how many segments they went. */
const [folder, first, groups, others] = process.argv.slice(2) as [string, string, string, string]
/** Metrics of one group: the larger it is, the longer it stands on disk half. */
const together = 200

const path = join(folder, 'metrics.db')
const client = openWriter(path)
const db = createLocalConnection(client, path)
applySteps(db, metricsMigrations)
const log = openAppendLog(`${path}-log`)
const apply = createApply(db, { readLog }, log.folder, createStoring(db, []))
const segments = new Set<number>()

writeFileSync(join(folder, first), '')
while (!existsSync(join(folder, others))) await Bun.sleep(1)
for (let group = 0; group < Number(groups); group++) {
  const start = Number(first) + group * together
  const written = Array.from({ length: together }, (_, at) => log.append(() => recordOf(start + at)))
  for (const { segment } of await Promise.all(written)) segments.add(segment)
  apply(log.position())
}
await log.close()
client.close()
console.log(segments.size)

function recordOf(value: number): Uint8Array {
  const batch = {
    requestId: `req_${value}`,
    receivedAt: 1000,
    series: ['["gateway",null,null,"custom",{}]'],
    seriesOf: [0],
    at: [1000],
    value: [value],
    duration: [Number.NaN],
    metadata: ['{"text":"a text that makes the record longer"}'],
    idempotencyKeys: [],
  }
  return encodeBatch(batch, createSeriesNumbers())
}
