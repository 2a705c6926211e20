import type { LocalConnection } from '../../../core/local-database'
import { levelFor } from '../rollups/kept-dimensions'
import { type Grain, grainLength, tableOf } from '../rollups/rollup'
import { mergeRow, type RollupRow } from '../rollups/rollup-rows'
import { type Group, newGroups, stepRollup, withTotals } from './groups'
import { fitsDimensions, groupOf, namesOf, type Selection, wantsQuantiles } from './selection'
import { daysAndHours, type GrainSpan } from './spans'

/** Groups of a selection whose period is whole hours, or days, from the smallest rollups that have its dimensions. */
export function groupsFromRollups(db: LocalConnection, selection: Selection, grain: Grain): Group[] {
  const groups = newGroups()
  const targets = new Map(
    rollupSeries(db, selection).map(({ id, service, metric_type, dimensions }) => [
      id,
      groups.of(groupOf(selection, service, metric_type, dimensions)),
    ]),
  )
  const ids = JSON.stringify([...targets.keys()])
  for (const span of spansOf(selection, grain)) {
    for (const row of rollupRows(db, ids, selection, span)) {
      const group = targets.get(row.series)!
      mergeRow(row.step === null ? group.total : stepRollup(group, row.step), row)
    }
  }
  return withTotals(groups.all()).filter(({ total }) => total.value.count > 0)
}

/** Days stand for their hours where no step ends between them. */
function spansOf({ period, step }: Selection, grain: Grain): GrainSpan[] {
  if (grain === 'hour' && (step === undefined || step % grainLength.day === 0)) return daysAndHours(period)
  return [{ grain, ...period }]
}

interface SeriesRow {
  id: number
  service: string
  metric_type: string
  dimensions: Map<string, string>
}

function rollupSeries(db: LocalConnection, selection: Selection): SeriesRow[] {
  const { type, service } = selection
  const rows = db
    .statement<{ id: number; service: string; metric_type: string; dimensions: string }>(
      `select id, service, metric_type, dimensions from rollup_series
       where level = ?1 and (?2 is null or metric_type = ?2) and (?3 is null or service = ?3)`,
    )
    .all(levelFor(type, namesOf(selection)), type ?? null, service ?? null)
  return rows
    .map((row) => ({ ...row, dimensions: new Map(Object.entries(JSON.parse(row.dimensions) as object)) }))
    .filter(({ dimensions }) => fitsDimensions(selection, dimensions))
}

type FoundRow = RollupRow & { series: number; step: number | null }

/** Added up by SQLite where no sketch is wanted: one row a series and step. */
const plainColumns = `sum(failures) as failures, sum(count) as count, sum(value_sum) as value_sum, min(value_min) as value_min,
  max(value_max) as value_max, null as value_sketch, sum(duration_count) as duration_count, sum(duration_sum) as duration_sum,
  min(duration_min) as duration_min, max(duration_max) as duration_max, null as duration_sketch`

function columnsOf(selection: Selection): string {
  const sketch = (name: 'value' | 'duration') =>
    wantsQuantiles(selection, name === 'value' ? 'value' : 'duration_ms')
      ? `${name}_sketch`
      : `null as ${name}_sketch`
  return `failures, count, value_sum, value_min, value_max, ${sketch('value')}, duration_count, duration_sum, duration_min, duration_max, ${sketch('duration')}`
}

function rollupRows(
  db: LocalConnection,
  ids: string,
  selection: Selection,
  { grain, from, to }: GrainSpan,
): Iterable<FoundRow> {
  const plain = selection.quantiles === 'none'
  const statement = db.statement<FoundRow & Record<string, unknown>>(
    `select series, (at / ?4) * ?4 as step, ${plain ? plainColumns : columnsOf(selection)} from ${tableOf[grain]}
     where series in (select value from json_each(?1)) and at >= ?2 and at < ?3 ${plain ? 'group by 1, 2' : ''}`,
  )
  return statement.iterate(ids, from, to, selection.step ?? null)
}
