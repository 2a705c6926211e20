import type { LocalConnection } from '../../../core/local-database'
import { dimensionsOf } from '../rollups/kept-dimensions'
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
export const countRawRows = (db: LocalConnection, period: Period): number =>
  spansOf(db, period).reduce((sum, { first, last }) => sum + last - first + 1, 0)

/** A series is used for a day after it was added; an hour is for clocks that were set back. */
const longestUse = 25 * 3_600_000

/** When the series that rows of a period name were added. */
function addedDuring(db: LocalConnection, period: Period): { from: number; to: number } {
  const received = (where: string, id: number) =>
    db
      .statement<{ at: number }>(
        `select b.received_at as at from samples m join batches b on b.id = m.batch where ${where} limit 1`,
      )
      .get(id)?.at
  const times = spansOf(db, period).flatMap(({ first, last }) => [
    received('m.id >= ? order by m.id', first) ?? 0,
    received('m.id <= ? order by m.id desc', last) ?? Number.MAX_SAFE_INTEGER,
  ])
  return { from: Math.min(...times) - longestUse, to: Math.max(...times) + longestUse }
}

/** The series that rows of a period may name, by id. */
export function rawSeries(
  db: LocalConnection,
  wanted: { type?: string | undefined; service?: string | undefined; period: Period },
  fits: (series: RawSeries) => boolean,
): Map<number, RawSeries> {
  const added = addedDuring(db, wanted.period)
  const rows = db
    .statement<{ id: number; service: string; metric_type: string; dimensions: string }>(
      `select id, service, metric_type, dimensions from series
       where (?1 is null or metric_type = ?1) and (?2 is null or service = ?2) and created_at between ?3 and ?4`,
    )
    .all(wanted.type ?? null, wanted.service ?? null, added.from, added.to)
  const found = new Map<number, RawSeries>()
  for (const row of rows) {
    const dimensions = dimensionsOf(row.dimensions, undefined)
    const series = { service: row.service, type: row.metric_type, dimensions }
    if (fits(series)) found.set(row.id, series)
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
