import type { LocalConnection } from '../../../core/local-database'
import { levelFor } from '../rollups/kept-dimensions'
import { type Grain, grainLength, newRollup, type Rollup, tableOf } from '../rollups/rollup'
import { mergeRow, type PartOfRow } from '../rollups/rollup-rows'
import { createSketchMerging } from '../rollups/sketch'
import { byValues, type Group, type Steps, stepRollup } from './groups'
import { fitsDimensions, groupOf, namesOf, type Selection, wantsQuantiles } from './selection'
import { daysAndHours, type GrainSpan } from './spans'

/** Groups of a selection whose period is whole hours, or days, from the smallest rollups that have its dimensions. */
export function groupsFromRollups(db: LocalConnection, selection: Selection, grain: Grain): Group[] {
  const parts = byValues((values) => ({ values, total: newRollup(), ids: [] as number[] }))
  const totals = new Map<number, Rollup>()
  for (const { id, service, metric_type, dimensions } of rollupSeries(db, selection)) {
    const { ids, total } = parts.of(groupOf(selection, service, metric_type, dimensions))
    ids.push(id)
    totals.set(id, total)
  }
  const whole = { ...selection, step: undefined }
  mergeRows(db, [...totals.keys()], whole, grain, ({ series }) => totals.get(series)!)
  return parts
    .all()
    .filter(({ total }) => total.value.count > 0)
    .map(({ values, total, ids }) => ({ values, total, steps: () => stepsOf(db, ids, selection, grain) }))
}

function stepsOf(db: LocalConnection, ids: number[], selection: Selection, grain: Grain): Steps {
  const steps: Steps = new Map()
  if (selection.step !== undefined)
    mergeRows(db, ids, selection, grain, ({ step }) => stepRollup(steps, step!))
  return steps
}

/** Series whose rows are fetched at a time: one by one they take half as long again. */
const together = 8

/** Adds every row of the series to the rollup that is named for it. */
function mergeRows(
  db: LocalConnection,
  ids: number[],
  selection: Selection,
  grain: Grain,
  target: (row: FoundRow) => Rollup,
): void {
  const sketches = createSketchMerging()
  const inOrder = ids.toSorted((a, b) => a - b)
  for (const span of spansOf(selection, grain)) {
    for (let at = 0; at < inOrder.length; at += together) {
      const rows = rollupRows(db, inOrder.slice(at, at + together), selection, span)
      if (at === 0) db.expect((rows.length / together) * (inOrder.length - together))
      for (const row of rows) mergeRow(target(row), row, sketches.add)
    }
  }
  sketches.end()
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

type FoundRow = PartOfRow & { series: number; step?: number }

/** Added up by SQLite where no sketch is wanted: one row a series and step. */
const plainColumns = `sum(failures) as failures, sum(count) as count, sum(value_sum) as value_sum, min(value_min) as value_min,
  max(value_max) as value_max, sum(duration_count) as duration_count, sum(duration_sum) as duration_sum,
  min(duration_min) as duration_min, max(duration_max) as duration_max`

/** Those of the fields whose quantiles are wanted, and how many there were: each column costs a tenth of the row. */
function columnsOf(selection: Selection): string {
  const value = wantsQuantiles(selection, 'value') ? ', value_sum, value_min, value_max, value_sketch' : ''
  const duration = wantsQuantiles(selection, 'duration_ms')
    ? ', duration_count, duration_sum, duration_min, duration_max, duration_sketch'
    : ''
  return `failures, count${value}${duration}`
}

function rollupRows(
  db: LocalConnection,
  ids: number[],
  selection: Selection,
  { grain, from, to }: GrainSpan,
): FoundRow[] {
  const plain = selection.quantiles === 'none'
  const [step, given] =
    selection.step === undefined ? ['', []] : [', (at / ?4) * ?4 as step', [selection.step]]
  const statement = db.statement<FoundRow & Record<string, unknown>>(
    `select series, ${plain ? plainColumns : columnsOf(selection)}${step} from ${tableOf[grain]}
     where series in (select value from json_each(?1)) and at >= ?2 and at < ?3
     ${plain ? `group by series${step && ', step'}` : ''}`,
  )
  return statement.all(JSON.stringify(ids), from, to, ...given)
}
