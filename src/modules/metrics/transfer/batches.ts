import type { Batch } from '../ingest/record'
import type { MovedRow } from './predecessor'

/** Rows that came together stay together: one batch for each run of equal request and time. `key` makes a row count once. */
export function batchesOf(rows: readonly (MovedRow & { key?: string })[]): Batch[] {
  const batches: GrowingBatch[] = []
  for (const row of rows) {
    let batch = batches.at(-1)
    if (!batch || batch.requestId !== row.requestId || batch.receivedAt !== row.receivedAt) {
      batch = emptyBatch(row.requestId, row.receivedAt)
      batches.push(batch)
    }
    batch.seriesOf.push(batch.series.length)
    batch.series.push(row.series)
    batch.at.push(row.at)
    batch.value.push(row.value)
    batch.duration.push(row.duration)
    batch.metadata.push(row.metadata)
    if (row.key !== undefined) batch.idempotencyKeys.push(row.key)
  }
  return batches
}

type GrowingBatch = Batch & Record<'seriesOf' | 'at' | 'value' | 'duration', number[]> & { series: string[] }

const emptyBatch = (requestId: string, receivedAt: number): GrowingBatch => ({
  requestId,
  receivedAt,
  series: [],
  seriesOf: [],
  at: [],
  value: [],
  duration: [],
  metadata: [],
  idempotencyKeys: [],
})
