import type { LocalConnection } from '../../../../core/local-database'
import { spansOf } from '../../query/raw-scan'

/** One raw metric. */
export type RawPoint = [series: number, at: number, value: number, duration: number | null]

/** Rows that are fetched at a time. */
const together = 20_000

/** Raw metrics of these series in `[from, to]`, in the order of arrival. */
export function* rawPoints(
  db: LocalConnection,
  series: readonly number[],
  from: number,
  to: number,
): Generator<RawPoint> {
  const wanted = JSON.stringify(series)
  const statement = db.statement(
    `select series, at, value, duration_ms from samples
     where id between ?1 and ?2 and at >= ?3 and at <= ?4 and series in (select value from json_each(?5))`,
  )
  for (const { first, last } of spansOf(db, { from, to: to + 1 })) {
    for (let start = first; start <= last; start += together) {
      const end = Math.min(last, start + together - 1)
      yield* statement.values(start, end, from, to, wanted) as unknown as RawPoint[]
    }
  }
}
