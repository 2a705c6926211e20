import type { LocalConnection, LocalStatement, LocalValue } from '../../../core/local-database'
import type { Batch, Column } from '../ingest/record'
import { createBlocks } from './blocks'
import type { Follower } from './follower'
import type { SeriesIds } from './series-ids'

/** Takes batches into the tables, within a transaction that somebody else holds. */
export interface Sink {
  add(batch: Batch): void
  /** Writes what is still gathered. */
  flush(): void
  /** The transaction was taken back. */
  forget(): void
}

/** Rows of one insert statement at most. */
const together = 128
/** Sizes of whole batches that have a statement of their own; it takes some 2.7 KB a row. */
const mostWhole = 16
/** Values of a row, and before them those that all rows of a statement share. */
const columns = 5
const shared = 2

export function createSink(db: LocalConnection, seriesIds: SeriesIds, followers: readonly Follower[]): Sink {
  const blocks = createBlocks(db)
  const sizeOf = createSizes()
  /** By the number of their rows. */
  const inserts: LocalStatement[] = []
  let lastId = -1
  let begun = false
  /** The transaction has a row with an id of its own, which is above all others. */
  let placed = false

  /** Once a transaction: another process may have written since the last one. */
  const begin = () => {
    const last = lastSampleId(db)
    if (last !== lastId) blocks.forget()
    lastId = last
    begun = true
    placed = false
  }
  /** Adds rows of a batch with one statement; where `id` is null they get those behind the last. */
  const insert = (batch: Batch, from: number, rows: number, id: number | null, known: Known) => {
    inserts[rows] ??= db.statement(insertOf(rows))
    inserts[rows].runWith(valuesOf(batch, from, rows, id, known))
  }
  const addRows = (batch: Batch, known: Known) => {
    const { length } = batch.at
    let row = 0
    if (!placed && length > 0) insert(batch, row++, 1, lastId + 1, known)
    placed ||= length > 0
    for (let rows = 0; row < length; row += rows) {
      rows = sizeOf(length - row)
      insert(batch, row, rows, null, known)
    }
    lastId += length
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
      blocks.add(lastId + 1, batch.at, receivedAt)
      addRows(batch, { batchId, series })
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
      blocks.flush()
      if (begun) db.statement('update log_progress set last_id = ?').run(lastId)
      begun = false
    },
    forget() {
      lastId = -1
      begun = false
      blocks.forget()
    },
  }
}

/** What is known of the rows of a batch when they are added: its id, and those of their series. */
interface Known {
  batchId: number
  series: Column
}

/**
 * How many rows the next statement takes where so many are left: all of them for the sizes that came first, since a statement costs what five rows cost; else a
 * power of two, so that few are compiled.
 */
function createSizes(): (rows: number) => number {
  const whole = new Set<number>()
  return (rows) => {
    if (rows >= together) return together
    if (whole.size < mostWhole) whole.add(rows)
    return whole.has(rows) ? rows : 2 ** Math.floor(Math.log2(rows))
  }
}

/** An id that SQLite counts itself, and one value less for each row that is bound, take a tenth off a row. */
const insertOf = (rows: number) =>
  `insert into samples (id, batch, series, at, value, duration_ms, metadata) values ${Array.from(
    { length: rows },
    (_, row) =>
      `(?1, ?2, ${Array.from({ length: columns }, (_, at) => `?${1 + shared + columns * row + at}`)})`,
  )}`

function valuesOf(
  { at, value, duration, metadata }: Batch,
  from: number,
  rows: number,
  id: number | null,
  { batchId, series }: Known,
): LocalValue[] {
  const values = new Array<LocalValue>(shared + columns * rows)
  values[0] = id
  values[1] = batchId
  for (let row = from, place = shared; row < from + rows; row++) {
    const took = duration[row]!
    values[place++] = series[row]!
    values[place++] = at[row]!
    values[place++] = value[row]!
    values[place++] = Number.isNaN(took) ? null : took
    values[place++] = metadata[row] || null
  }
  return values
}

const lastSampleId = (db: LocalConnection) =>
  db.statement<{ last_id: number }>('select last_id from log_progress').get()!.last_id
