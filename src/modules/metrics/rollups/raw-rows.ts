import type { LocalConnection } from '../../../core/local-database'

/** The furthest that a metric may be ahead of its arrival, in milliseconds. */
const mostAhead = 5 * 60_000

/** From when on every metric that came is still there, in milliseconds; undefined when none was ever removed. */
export function completeSince(db: LocalConnection): number | undefined {
  const removed = [removedByPolicy(db), removedFromStart(db)].filter((time) => time !== undefined)
  return removed.length === 0 ? undefined : Math.max(...removed) + mostAhead
}

/** Retention removes what came before this time, of some types or all. */
const removedByPolicy = (db: LocalConnection): number | undefined =>
  db
    .statement<{ before: number }>(
      "select received_before as before from retention_cutoffs where table_name = 'metrics'",
    )
    .get()?.before

/** When the first row that is left came; undefined when it is the first that there ever was. */
function removedFromStart(db: LocalConnection): number | undefined {
  const first = db
    .statement<{ id: number; batch: number }>('select id, batch from samples order by id limit 1')
    .get()
  if (first?.id === 1) return undefined
  if (!first) return lastId(db) === 0 ? undefined : never
  return (
    db.statement<{ received_at: number }>('select received_at from batches where id = ?').get(first.batch)
      ?.received_at ?? never
  )
}

const never = Number.MAX_SAFE_INTEGER / 2

/** The last id that was ever given to a row. */
const lastId = (db: LocalConnection): number =>
  db.statement<{ last_id: number }>('select last_id from log_progress').get()!.last_id
