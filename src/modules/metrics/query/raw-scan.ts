import type { LocalConnection } from '../../../core/local-database'
import { dimensionsOf } from '../rollups/kept-dimensions'
import type { RollupRow } from '../rollups/rollup-rows'
import type { Period } from './period'

/** What the rows of one series have in common. */
export interface RawSeries {
  service: string
  type: string
  /** As texts. */
  dimensions: Map<string, string>
}

/** Ids in a row that may lie in a period. */
interface Span {
  first: number
  last: number
}

/** The spans of ids whose times overlap the period, oldest first; neighbours as one. */
export function spansOf(db: LocalConnection, { from, to }: Period): Span[] {
  const blocks = db
    .statement<{ first: number; last: number }>(
      'select first_id as first, last_id as last from blocks where to_at >= ? and from_at < ? order by first_id',
    )
    .all(from, to)
  const spans: Span[] = []
  for (const { first, last } of blocks) {
    const before = spans.at(-1)
    if (before && before.last + 1 === first) before.last = last
    else spans.push({ first, last })
  }
  return spans
}

/** About how many rows have to be looked at for a period: those that are not in it among them. */
export const countRawRows = (db: LocalConnection, { from, to }: Period): number =>
  db
    .statement<{ rows: number }>(
      'select coalesce(sum(last_id - first_id + 1), 0) as rows from blocks where to_at >= ? and from_at < ?',
    )
    .get(from, to)!.rows

/** The series that rows of a period name, by id. */
export function rawSeries(
  db: LocalConnection,
  wanted: { type?: string | undefined; service?: string | undefined; period: Period },
  fits: (series: RawSeries) => boolean,
): Map<number, RawSeries> {
  const statement = db.statement<{ id: number; service: string; metric_type: string; dimensions: string }>(
    `select id, service, metric_type, dimensions from series
     where id in (select series from samples where id between ?1 and ?2 and at >= ?3 and at < ?4)
     and (?5 is null or metric_type = ?5) and (?6 is null or service = ?6)`,
  )
  const found = new Map<number, RawSeries>()
  for (const { first, last } of spansOf(db, wanted.period)) {
    const { from, to } = wanted.period
    for (const row of statement.all(first, last, from, to, wanted.type ?? null, wanted.service ?? null)) {
      const dimensions = dimensionsOf(row.dimensions, undefined)
      const series = { service: row.service, type: row.metric_type, dimensions }
      if (fits(series)) found.set(row.id, series)
    }
  }
  return found
}

/** One raw row: metadata only when it was asked for. */
export type RawRow = [
  series: number,
  at: number,
  value: number,
  duration: number | null,
  metadata: string | null,
]

/** Rows that are fetched at a time. */
const together = 10_000

/** Every row of the period, in the order of arrival. */
export function* rawRows(db: LocalConnection, period: Period, metadata = false): Generator<RawRow> {
  const statement = db.statement(
    `select series, at, value, duration_ms, ${metadata ? 'metadata' : 'null'} from samples
     where id between ? and ? and at >= ? and at < ?`,
  )
  for (const { first, last } of spansOf(db, period)) {
    for (let from = first; from <= last; from += together) {
      const to = Math.min(last, from + together - 1)
      yield* statement.values(from, to, period.from, period.to) as unknown as RawRow[]
    }
  }
}

/** What the rows of one series come to in one step (milliseconds; null where there are none). */
export interface RawSum extends Omit<RollupRow, 'failures'> {
  series: number
  step: number | null
}

const sums = `count(*) as count, sum(value) as value_sum, min(value) as value_min, max(value) as value_max, null as value_sketch,
  count(duration_ms) as duration_count, sum(duration_ms) as duration_sum, min(duration_ms) as duration_min,
  max(duration_ms) as duration_max, null as duration_sketch`

/** Every row of the period, added up by series and step. */
export function* rawSums(db: LocalConnection, period: Period, step: number | undefined): Generator<RawSum> {
  const statement = db.statement<RawSum & Record<string, unknown>>(
    `select series, (at / ?5) * ?5 as step, ${sums} from samples where id between ?1 and ?2 and at >= ?3 and at < ?4 group by 1, 2`,
  )
  for (const { first, last } of spansOf(db, period)) {
    db.spend(last - first)
    yield* statement.iterate(first, last, period.from, period.to, step ?? null)
  }
}
