import type { LocalConnection } from '../../../core/local-database'

/** Rows that are fetched at a time. */
const together = 5000

/** A row of `samples`. */
export interface StoredRow {
  id: number
  /** Of its series. */
  series: number
  /** Milliseconds since the epoch. */
  at: number
  value: number
  /** Milliseconds; NaN for none. */
  duration: number
  /** JSON text. */
  metadata: string | null
}

interface Row extends Record<string, unknown> {
  id: number
  series: number
  at: number
  value: number
  duration_ms: number | null
  metadata: string | null
}

/** Rows with ids between the two, in their order, at most so many. */
export function* storedRows(
  db: LocalConnection,
  after: number,
  before: number,
  most = Number.POSITIVE_INFINITY,
): Generator<StoredRow> {
  const statement = db.statement<Row>(
    'select id, series, at, value, duration_ms, metadata from samples where id > ? and id < ? order by id limit ?',
  )
  let left = most
  for (let from = after; left > 0; ) {
    const rows = statement.all(from, before, Math.min(left, together))
    for (const { id, series, at, value, duration_ms, metadata } of rows)
      yield { id, series, at, value, duration: duration_ms ?? Number.NaN, metadata }
    if (rows.length < together) return
    left -= rows.length
    from = rows.at(-1)!.id
  }
}
