import type { LocalConnection, LocalThread, LogPosition } from '../../../core/local-database'
import { type Batch, decodeBatch } from '../ingest/record'
import type { Follower } from './follower'
import { addDeadLetter, findPoison, isPoison, pickRows } from './poison'
import { createSeriesIds } from './series-ids'
import { createSink, type Sink } from './sink'

/** What one call has moved from the log into the tables. */
export interface Applied {
  next: LogPosition
  rows: number
  /** There is more before the position that was asked for. */
  more: boolean
}

/** Rows after which a transaction is ended, so that other work of the thread has its turn. */
const mostRows = 20_000

export interface Applying {
  apply(until: LogPosition): Applied
  /** One transaction that stores batches which do not come from the log, and whatever else `work` does. */
  storeBatches(work: (add: (batch: Batch) => void) => void): void
  forgetSeries(): void
}

/** Moves the log into the tables: the rows, how far it has come, and what followers make of them, in one transaction. */
export function createApply(
  db: LocalConnection,
  thread: Pick<LocalThread<unknown>, 'readLog'>,
  folder: string,
  followers: readonly Follower[],
): Applying {
  const seriesIds = createSeriesIds(db)
  const sink = createSink(db, seriesIds, followers)
  const flush = () => {
    sink.flush()
    for (const follower of followers) follower.commit()
  }
  /** One transaction; what it had gathered is forgotten when it fails. */
  const store = <T>(work: () => T): T => {
    try {
      return db.transaction(work)
    } catch (error) {
      seriesIds.forget()
      sink.forget()
      for (const follower of followers) follower.rollback()
      throw error
    }
  }
  const applyAll = (until: LogPosition) =>
    store(() => {
      const from = progress(db)
      const applied = applySome(thread.readLog(folder, from, until), sink, from)
      // What is torn at the end of a segment was never acknowledged, and nothing is ever written behind it.
      if (!applied.more && isBefore(applied.next, until)) applied.next = until
      flush()
      saveProgress(db, applied.next)
      return applied
    })
  const attempt = (batch: Batch): unknown => {
    try {
      store(() => {
        sink.add(batch)
        flush()
        throw takenBack
      })
    } catch (error) {
      if (error !== takenBack && !isPoison(error)) throw error
      return error === takenBack ? undefined : error
    }
  }
  /** The next record alone, without the rows that no table takes. */
  const applyCarefully = (until: LogPosition): Applied => {
    for (const { record, next } of thread.readLog(folder, progress(db), until)) {
      const batch = decodeBatch(record)
      const poison = findPoison(batch, attempt)
      const bad = new Set(poison.map(({ row }) => row))
      store(() => {
        sink.add(
          pickRows(
            batch,
            [...batch.at.keys()].filter((row) => !bad.has(row)),
          ),
        )
        flush()
        for (const one of poison) addDeadLetter(db, batch, one)
        saveProgress(db, next)
      })
      return { next, rows: batch.at.length, more: true }
    }
    return { next: progress(db), rows: 0, more: false }
  }
  const apply = (until: LogPosition) => {
    try {
      return applyAll(until)
    } catch (error) {
      if (!isPoison(error)) throw error
      return applyCarefully(until)
    }
  }
  const storeBatches: Applying['storeBatches'] = (work) =>
    store(() => {
      work(sink.add)
      flush()
    })
  return { apply, storeBatches, forgetSeries: seriesIds.forget }
}

const takenBack = new Error('taken back on purpose')

function applySome(
  records: Iterable<{ record: Uint8Array; next: LogPosition }>,
  sink: Sink,
  from: LogPosition,
): Applied {
  const applied: Applied = { next: from, rows: 0, more: false }
  for (const { record, next } of records) {
    const batch: Batch = decodeBatch(record)
    sink.add(batch)
    applied.next = next
    applied.rows += batch.at.length
    applied.more = applied.rows >= mostRows
    if (applied.more) break
  }
  return applied
}

/** True when `a` comes before `b` in the log. */
export const isBefore = (a: LogPosition, b: LogPosition): boolean =>
  a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset)

/** How far the log has been read. */
export const progress = (db: LocalConnection): LogPosition =>
  db.statement<LogPosition>('select segment, "offset" from log_progress').get()!

const saveProgress = (db: LocalConnection, { segment, offset }: LogPosition) =>
  db.statement('update log_progress set segment = ?, "offset" = ?').run(segment, offset)
