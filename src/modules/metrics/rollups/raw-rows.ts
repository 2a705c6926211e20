import type { LocalConnection } from '../../../core/local-database'

/** The furthest that a metric may be ahead of its arrival, in milliseconds. */
const mostAhead = 5 * 60_000

/** From when on every metric that came is still there, in milliseconds; undefined when none was ever removed. */
export function completeSince(db: LocalConnection): number | undefined {
  const first = db
    .statement<{ id: number; batch: number }>('select id, batch from samples order by id limit 1')
    .get()
  if (first?.id === 1) return undefined
  if (!first) return lastId(db) === 0 ? undefined : never
  const batch = db
    .statement<{ received_at: number }>('select received_at from batches where id = ?')
    .get(first.batch)
  return batch ? batch.received_at + mostAhead : never
}

const never = Number.MAX_SAFE_INTEGER / 2

/** The last id that was ever given to a row. */
const lastId = (db: LocalConnection): number =>
  db.statement<{ last_id: number }>('select last_id from log_progress').get()!.last_id
