import type { LocalConnection } from '../../../core/local-database'
import { forgetRollups, settleRollups } from './live-rollups'
import { type Grain, tableOf } from './rollup'

/** Where a removal goes on; null when it is through. */
export interface Removed {
  /** Spans without dimensions that went: the rows that `metrics_hourly` and `metrics_daily` show. */
  removed: number
  next: number | null
}

/** Series of one step: a moment's work. */
const together = 200

/** Removes rollups of spans that began before a time (milliseconds), series by series; `after` is `next` of the step before, 0 at first. */
export function removeRollups(
  db: LocalConnection,
  { grain, before, after }: { grain: Grain; before: number; after: number },
): Removed {
  return db.transaction(() => {
    settleRollups(db)
    const series = db
      .statement<{ id: number; level: string }>(
        'select id, level from rollup_series where id > ? order by id limit ?',
      )
      .all(after, together)
    const remove = db.statement(`delete from ${tableOf[grain]} where series = ? and at < ?`)
    let removed = 0
    for (const { id, level } of series) {
      const { changes } = remove.run(id, before)
      if (level === '') removed += changes
    }
    forgetRollups(db)
    return { removed, next: series.length < together ? null : series.at(-1)!.id }
  })
}
