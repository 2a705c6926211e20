import type { LocalConnection } from '../../../core/local-database'
import { type StoredSeries, unmet } from '../store/row'

/** Rows that are fetched at a time. */
const together = 5000

/** A row of `samples`. */
export interface StoredRow {
  id: number
  series: StoredSeries
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

/** Rows with ids between the two, in their order, at most so many; those of one series share one object. */
export function* storedRows(
  db: LocalConnection,
  after: number,
  before: number,
  most = Number.POSITIVE_INFINITY,
): Generator<StoredRow> {
  const seriesOf = createSeries(db)
  const statement = db.statement<Row>(
    'select id, series, at, value, duration_ms, metadata from samples where id > ? and id < ? order by id limit ?',
  )
  let left = most
  for (let from = after; left > 0; ) {
    const rows = statement.all(from, before, Math.min(left, together))
    for (const { id, series, at, value, duration_ms, metadata } of rows)
      yield { id, series: seriesOf(series), at, value, duration: duration_ms ?? Number.NaN, metadata }
    if (rows.length < together) return
    left -= rows.length
    from = rows.at(-1)!.id
  }
}

function createSeries(db: LocalConnection): (id: number) => StoredSeries {
  const known = new Map<number, StoredSeries>()
  return (id) => {
    let series = known.get(id)
    if (!series) {
      const row = db
        .statement<Omit<StoredSeries, keyof typeof unmet> & Record<string, unknown>>(
          'select id, service, service_version, instance_id, metric_type, dimensions from series where id = ?',
        )
        .get(id)!
      series = { ...row, ...unmet }
      known.set(id, series)
    }
    return series
  }
}
