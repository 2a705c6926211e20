import type { LocalConnection } from '../../../core/local-database'
import { dimensionsOf, errorCodeOf } from '../rollups/kept-dimensions'
import type { Period } from './period'
import { fitsDimensions, type Selection } from './selection'

/** A page of raw metrics, the last that came first. */
export interface RawPage {
  metrics: RawMetric[]
  /** Id below which the next page goes on; null at the end. */
  before: number | null
}

export interface RawMetric {
  id: number
  request_id: string
  service: string
  service_version: string | null
  instance_id: string | null
  type: string
  timestamp: string
  value: number
  duration_ms: number | null
  dimensions: Record<string, unknown>
  metadata: Record<string, unknown>
}

interface Row {
  id: number
  request_id: string
  service: string
  service_version: string | null
  instance_id: string | null
  metric_type: string
  at: number
  value: number
  duration_ms: number | null
  dimensions: string
  metadata: string | null
}

/** Rows that one page looks at, at most. */
const mostLooked = 100_000

/** Raw metrics that fit, below `before`; a page that had to look at too many rows ends early, with a cursor. */
export function listRaw(
  db: LocalConnection,
  input: Selection & { before: number | null; limit: number },
): RawPage {
  const page: RawPage = { metrics: [], before: null }
  let looked = 0
  for (const { first, last } of blocksBefore(db, input.period, input.before)) {
    const top = input.before === null ? last : Math.min(last, input.before - 1)
    for (const row of rowsOf(db, first, top, input)) {
      if (!fits(input, row)) continue
      if (page.metrics.length === input.limit) return { ...page, before: page.metrics.at(-1)!.id }
      page.metrics.push(metricOf(row))
    }
    looked += top - first + 1
    if (looked >= mostLooked) return { ...page, before: first }
  }
  return page
}

const blocksBefore = (db: LocalConnection, { from, to }: Period, before: number | null) =>
  db
    .statement<{ first: number; last: number }>(
      `select first_id as first, last_id as last from blocks
       where to_at >= ?1 and from_at < ?2 and (?3 is null or first_id < ?3) order by first_id desc`,
    )
    .all(from, to, before)

const rowsOf = (db: LocalConnection, first: number, last: number, { period, type, service }: Selection) =>
  db
    .statement<Row & Record<string, unknown>>(
      `select m.id, b.request_id, s.service, s.service_version, s.instance_id, s.metric_type, m.at, m.value, m.duration_ms, s.dimensions, m.metadata
       from samples m join series s on s.id = m.series join batches b on b.id = m.batch
       where m.id between ?1 and ?2 and m.at >= ?3 and m.at < ?4 and (?5 is null or s.metric_type = ?5) and (?6 is null or s.service = ?6)
       order by m.id desc`,
    )
    .all(first, last, period.from, period.to, type ?? null, service ?? null)

function fits(selection: Selection, { dimensions, metadata }: Row): boolean {
  if (Object.keys(selection.dimensions).length === 0) return true
  return fitsDimensions(selection, dimensionsOf(dimensions, errorCodeOf(metadata)))
}

const metricOf = ({ at, metric_type, dimensions, metadata, ...rest }: Row): RawMetric => ({
  ...rest,
  type: metric_type,
  timestamp: new Date(at).toISOString(),
  dimensions: JSON.parse(dimensions),
  metadata: JSON.parse(metadata ?? '{}'),
})
