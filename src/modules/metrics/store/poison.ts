import type { LocalConnection, LogPosition } from '../../../core/local-database'
import { databaseCode } from '../../../core/storage-errors'
import type { Batch } from '../ingest/record'

/** What the disk, the file or another process is to blame for: it passes, and then the same rows are fine. */
const passing = [
  'FULL',
  'IOERR',
  'BUSY',
  'LOCKED',
  'READONLY',
  'CANTOPEN',
  'NOTADB',
  'CORRUPT',
  'NOMEM',
  'INTERRUPT',
]

/** True for an error that the rows themselves are to blame for: trying again would change nothing. */
export function isPoison(error: unknown): boolean {
  const code = databaseCode(error)
  return code === undefined || !passing.some((kind) => code.startsWith(`SQLITE_${kind}`))
}

/** A row that no table takes, and why. */
export interface Poison {
  row: number
  reason: string
}

/** Finds the rows of a batch that cannot be stored, by storing each alone with `attempt`, which must leave nothing behind. */
export function findPoison(batch: Batch, attempt: (one: Batch) => unknown): Poison[] {
  const found: Poison[] = []
  for (let row = 0; row < batch.at.length; row++) {
    const error = attempt(pickRows(batch, [row]))
    if (error !== undefined)
      found.push({ row, reason: error instanceof Error ? error.message : String(error) })
  }
  return found
}

/** The same batch with these rows alone. */
export function pickRows(batch: Batch, rows: readonly number[]): Batch {
  const pick = <T>(column: ArrayLike<T>) => rows.map((row) => column[row]!)
  return {
    ...batch,
    seriesOf: pick(batch.seriesOf),
    at: pick(batch.at),
    value: pick(batch.value),
    duration: pick(batch.duration),
    metadata: pick(batch.metadata),
    ...(batch.coded && { coded: pick(batch.coded) }),
  }
}

/** Keeps what no table takes, as JSON, where it blocks nothing. */
export function addDeadLetter(db: LocalConnection, batch: Batch, { row, reason }: Poison): void {
  const metric = {
    series: batch.series[batch.seriesOf[row]!],
    at: batch.at[row],
    value: String(batch.value[row]),
    duration_ms: String(batch.duration[row]),
    metadata: batch.metadata[row],
  }
  insert(db, batch.requestId, batch.receivedAt, reason, metric)
}

/** Notes a record of the log whose bytes are not those that were written; `next` is where it ends. */
export function addDamage(db: LocalConnection, { segment, offset }: LogPosition): void {
  const reason = `a record of the log is damaged: it ends at byte ${offset} of segment ${segment}`
  insert(db, '', Date.now(), reason, {})
}

const insert = (db: LocalConnection, requestId: string, receivedAt: number, reason: string, metric: object) =>
  db
    .statement('insert into dead_letters (request_id, received_at, reason, metric) values (?, ?, ?, ?)')
    .run(requestId, receivedAt, reason.slice(0, 500), JSON.stringify(metric))
