import type { LocalConnection, LocalThread, LogPosition } from '../../../core/local-database'
import type { Batch } from '../ingest/record'
import { createLogReader, type LoggedBatch } from './log-reader'
import { addDamage, addDeadLetter, findPoison, isPoison, pickRows } from './poison'
import type { Storing } from './storing'

/** What one call has moved from the log into the tables. */
export interface Applied {
  next: LogPosition
  rows: number
  /** There is more before the position that was asked for. */
  more: boolean
}

/** Rows after which a transaction is ended, so that other work of the thread has its turn after half a second or so. */
const mostRows = 400_000

/** Moves the log into the tables: the rows, how far it has come, and what followers make of them, in one transaction. */
export function createApply(
  db: LocalConnection,
  thread: Pick<LocalThread<unknown>, 'readLog'>,
  folder: string,
  storing: Storing,
): (until: LogPosition) => Applied {
  const read = createLogReader(thread, folder)
  const applyAll = (until: LogPosition) =>
    storing.run(
      (add) => {
        // In the transaction: another process may move the log as well.
        const from = progress(db)
        return applySome(db, read(from, until), add, from)
      },
      ({ next, more }) => saveProgress(db, more ? next : passed(next, until)),
    )
  return (until) => {
    try {
      const applied = applyAll(until)
      return applied.more || !isBefore(applied.next, until) ? applied : { ...applied, next: until }
    } catch (error) {
      if (!isPoison(error)) throw error
      const from = progress(db)
      for (const logged of read(from, until)) return applyCarefully(db, storing, logged, from)
      throw error
    }
  }
}

/**
 * Where the next reading begins. What is torn at the end of a segment was never acknowledged, and is passed once there is a later segment; until
 * then another process may be in the middle of writing it.
 */
const passed = (next: LogPosition, until: LogPosition): LogPosition =>
  next.segment < until.segment ? { segment: until.segment, offset: 0 } : next

/** One record alone, without the rows that no table takes. */
function applyCarefully(
  db: LocalConnection,
  storing: Storing,
  { batch, next }: LoggedBatch,
  from: LogPosition,
): Applied {
  const run = (work: (add: (batch: Batch) => void) => void) =>
    storing.run(
      (add) => {
        if (isBefore(from, progress(db))) throw new Error('another process has moved the log meanwhile')
        work(add)
      },
      () => saveProgress(db, next),
    )
  if (!batch) {
    run(() => addDamage(db, next))
    return { next, rows: 0, more: true }
  }
  // Each attempt makes followers forget what they have gathered.
  storing.settle()
  const poison = findPoison(batch, storing.attempt)
  const bad = new Set(poison.map(({ row }) => row))
  const good = Array.from(batch.at, (_, row) => row).filter((row) => !bad.has(row))
  run((add) => {
    add(pickRows(batch, good))
    for (const one of poison) addDeadLetter(db, batch, one)
  })
  return { next, rows: batch.at.length, more: true }
}

function applySome(
  db: LocalConnection,
  batches: Iterable<LoggedBatch>,
  add: (batch: Batch) => void,
  from: LogPosition,
): Applied {
  const applied: Applied = { next: from, rows: 0, more: false }
  for (const { batch, next } of batches) {
    if (batch) add(batch)
    else addDamage(db, next)
    applied.next = next
    applied.rows += batch?.at.length ?? 0
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
