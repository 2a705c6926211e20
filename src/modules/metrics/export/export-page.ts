import type { LocalConnection } from '../../../core/local-database'
import type { Period } from '../query/period'
import { countRawRows } from '../query/raw-scan'

/** A raw metric as the predecessor's table `metrics` has it; dimensions and metadata are JSON texts. */
export interface ExportedRow {
  id: number
  request_id: string
  service: string
  service_version: string | null
  instance_id: string | null
  metric_type: string
  /** ISO 8601 UTC. */
  timestamp: string
  value: number
  duration_ms: number | null
  dimensions: string
  metadata: string
  /** When it came; ISO 8601 UTC. */
  created_at: string
}

export interface ExportQuery {
  period: Period
  type?: string | undefined
  service?: string | undefined
  /** Id after which the page begins. */
  after: number
}

export interface ExportPage {
  rows: ExportedRow[]
  /** Ids that were looked at, for the progress. */
  looked: number
  /** Id after which the next page begins; null at the end. */
  next: number | null
}

/** Ids that one page looks at: some tens of milliseconds with making a part of a file of them, so that others who read come between. */
export const together = 4000

const iso = (milliseconds: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${milliseconds} / 1000.0, 'unixepoch')`

/** The next rows of an export, in the order of arrival. */
export function exportPage(db: LocalConnection, { period, type, service, after }: ExportQuery): ExportPage {
  const block = db
    .statement<{ first: number; last: number }>(
      `select first_id as first, last_id as last from blocks
       where last_id > ? and to_at >= ? and from_at < ? order by first_id limit 1`,
    )
    .get(after, period.from, period.to)
  if (!block) return { rows: [], looked: 0, next: null }
  const first = Math.max(after + 1, block.first)
  const last = first + together - 1
  const rows = db
    .statement<ExportedRow & Record<string, unknown>>(
      `select m.id, b.request_id, s.service, s.service_version, s.instance_id, s.metric_type,
         ${iso('m.at')} as timestamp,
         m.value, m.duration_ms, s.dimensions, coalesce(m.metadata, '{}') as metadata,
         ${iso('b.received_at')} as created_at
       from samples m join series s on s.id = m.series join batches b on b.id = m.batch
       where m.id between ?1 and ?2 and m.at >= ?3 and m.at < ?4 and (?5 is null or s.metric_type = ?5) and (?6 is null or s.service = ?6)
       order by m.id`,
    )
    .all(first, last, period.from, period.to, type ?? null, service ?? null)
  for (const row of rows) {
    row.dimensions = wellFormed(row.dimensions)
    row.metadata = wellFormed(row.metadata)
  }
  return { rows, looked: together, next: last }
}

const escapes = /\\[^u]|\\ud[89ab]..\\ud[c-f]..|\\ud[89a-f]../gi

/** JSON text in which no half of a surrogate pair stands alone: strict readers would refuse the whole file for it. */
const wellFormed = (json: string): string =>
  json.replace(escapes, (found) => (found.length === '\\ud800'.length ? '\\ufffd' : found))

/** About how many rows an export looks at. */
export const countExport = (db: LocalConnection, { period }: ExportQuery): number => countRawRows(db, period)
