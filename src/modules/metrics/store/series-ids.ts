import type { LocalConnection } from '../../../core/local-database'
import type { StoredSeries } from './row'

/** Finds the row of a series by its text, or adds one. */
export interface SeriesIds {
  of(text: string, now: number): StoredSeries
  /** A transaction was taken back: rows that were added may be gone. */
  forget(): void
}

/** Kept in memory; whatever else is added anew, which costs a row and no search. */
const mostKept = 50_000
/** Milliseconds after which a series is added anew, so that rows no sample needs any more can be told by their age. */
const lifetime = 24 * 3600 * 1000

export function createSeriesIds(db: LocalConnection): SeriesIds {
  const kept = new Map<string, { row: StoredSeries; until: number }>()
  const insert = db.statement(
    'insert into series (service, service_version, instance_id, metric_type, dimensions, created_at) values (?, ?, ?, ?, ?, ?)',
  )
  return {
    of(text, now) {
      const found = kept.get(text)
      if (found && now < found.until && now >= found.until - lifetime) return found.row
      const row = add(insert, text, now)
      if (kept.size >= mostKept) kept.clear()
      kept.set(text, { row, until: now + lifetime })
      return row
    },
    forget: () => kept.clear(),
  }
}

function add(insert: ReturnType<LocalConnection['statement']>, text: string, now: number): StoredSeries {
  const [service, version, instance, type, dimensions] = JSON.parse(text)
  const row = {
    service,
    service_version: version,
    instance_id: instance,
    metric_type: type,
    dimensions: JSON.stringify(dimensions),
  }
  const { lastId } = insert.run(service, version, instance, type, row.dimensions, now)
  return { id: lastId, ...row }
}
