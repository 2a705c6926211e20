import type { LocalConnection, LocalValue } from '../../../core/local-database'
import type { Batch } from '../ingest/record'
import { createBlocks } from './blocks'
import type { Follower } from './follower'
import type { StoredSeries } from './row'
import type { SeriesIds } from './series-ids'

/** Takes batches into the tables, within a transaction that somebody else holds. */
export interface Sink {
  add(batch: Batch): void
  /** Writes what is still gathered. */
  flush(): void
  /** The transaction was taken back. */
  forget(): void
}

/** Rows of one insert statement: half of the time that one at a time takes. */
const together = 50
const columns = 7
const insertOf = (rows: number) =>
  `insert into samples (id, batch, series, at, value, duration_ms, metadata) values ${Array(rows).fill('(?, ?, ?, ?, ?, ?, ?)').join(', ')}`

export function createSink(db: LocalConnection, seriesIds: SeriesIds, followers: readonly Follower[]): Sink {
  const blocks = createBlocks(db)
  const waiting: LocalValue[] = []
  let lastId = -1
  let begun = false

  /** Once a transaction: another process may have written since the last one. */
  const begin = () => {
    const last = lastSampleId(db)
    if (last !== lastId) blocks.forget()
    lastId = last
    begun = true
  }
  const insert = db.statement(insertOf(together))

  const write = () => {
    const rows = waiting.length / columns
    const statement = rows === together ? insert : db.statement(insertOf(rows))
    statement.run(...waiting)
    waiting.length = 0
  }
  const addRows = (batch: Batch, batchId: number, series: readonly StoredSeries[]) => {
    const { seriesOf, at, value, duration, metadata } = batch
    for (let row = 0; row < at.length; row++) {
      const took = Number.isNaN(duration[row]) ? null : duration[row]!
      const { id } = series[seriesOf[row]!]!
      waiting.push(++lastId, batchId, id, at[row]!, value[row]!, took, metadata[row] || null)
      blocks.add(lastId, at[row]!, batch.receivedAt)
      if (waiting.length === together * columns) write()
    }
  }
  return {
    add(batch) {
      if (!begun) begin()
      const { receivedAt, requestId } = batch
      const { lastId: batchId } = db
        .statement('insert into batches (request_id, received_at) values (?, ?)')
        .run(requestId, receivedAt)
      const series = seriesIds.of(batch)
      for (const follower of followers) follower.add(batch, series, lastId + 1)
      addRows(batch, batchId, series)
      // Old rows that are imported bring young keys.
      const usedAt = Math.max(receivedAt, Date.now())
      for (const key of batch.idempotencyKeys) {
        db.statement('insert or ignore into idempotency_keys (key, received_at) values (?, ?)').run(
          key,
          usedAt,
        )
      }
    },
    flush() {
      if (waiting.length > 0) write()
      blocks.flush()
      if (begun) db.statement('update log_progress set last_id = ?').run(lastId)
      begun = false
    },
    forget() {
      waiting.length = 0
      lastId = -1
      begun = false
      blocks.forget()
    },
  }
}

const lastSampleId = (db: LocalConnection) =>
  db.statement<{ last_id: number }>('select last_id from log_progress').get()!.last_id
