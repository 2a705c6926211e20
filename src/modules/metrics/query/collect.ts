import type { LocalConnection } from '../../../core/local-database'
import { errorCodeOf, hasFailed, levelFor } from '../rollups/kept-dimensions'
import { addToRollup, type Grain, mergeRollup, tableOf } from '../rollups/rollup'
import { mergeRow, type RollupRow, rollupColumns } from '../rollups/rollup-rows'
import { type Group, newGroups, stepRollup } from './groups'
import type { Period } from './period'
import { type Plan, planOf, type Source } from './plan'
import { type RawSeries, rawRows, rawSeries } from './raw-scan'
import { fitsDimensions, groupOf, namesOf, type Selection } from './selection'

/** What was found, and from where. */
export interface Collected {
  source: Source
  /** The period that was looked at. */
  period: Period
  groups: Group[]
}

/** Puts the metrics of a selection into groups. Throws `invalid` for what cannot be told. */
export function collect(db: LocalConnection, selection: Selection): Collected {
  const plan = planOf(db, selection)
  const groups = plan.source === 'raw' ? fromRaw(db, selection, plan) : fromRollups(db, selection, plan)
  return { ...plan, groups }
}

const stepStart = (at: number, from: number, step: number) => from + Math.floor((at - from) / step) * step

/** Steps lie on whole multiples since the epoch, so that the same step has the same numbers whenever it is asked for. */
const firstStep = ({ from }: Period, step: number) => Math.floor(from / step) * step

function fromRaw(db: LocalConnection, selection: Selection, { period }: Plan): Group[] {
  const byCode = namesOf(selection).includes('error_code')
  const series = rawSeries(
    db,
    { ...selection, period },
    (one) => byCode || fitsDimensions(selection, one.dimensions),
  )
  const groups = newGroups()
  const known = new Map<string, Target | null>()
  const first = firstStep(period, selection.step ?? 1)
  for (const [id, at, value, duration, metadata] of rawRows(db, period, byCode)) {
    const one = series.get(id)
    if (!one) continue
    const code = byCode ? errorCodeOf(metadata) : undefined
    const key = `${id} ${code ?? ''}`
    let target = known.get(key)
    if (target === undefined) {
      target = targetOf(selection, one, code, groups.of)
      known.set(key, target)
    }
    if (!target) continue
    const rollup =
      selection.step === undefined
        ? target.group.total
        : stepRollup(target.group, stepStart(at, first, selection.step))
    addToRollup(rollup, value, duration, target.failed)
  }
  return withTotals(groups.all())
}

interface Target {
  group: Group
  failed: boolean
}

/** Where the rows of a series go; null when they are not meant. */
function targetOf(
  selection: Selection,
  { service, type, dimensions }: RawSeries,
  code: string | undefined,
  groupFor: (values: (string | null)[]) => Group,
): Target | null {
  const all = code === undefined ? dimensions : new Map([...dimensions, ['error_code', code]])
  if (!fitsDimensions(selection, all)) return null
  return { group: groupFor(groupOf(selection, service, type, all)), failed: hasFailed(all) }
}

/** Where rows were put into steps, the total is what the steps come to. */
function withTotals(groups: Group[]): Group[] {
  for (const { total, steps } of groups) for (const rollup of steps.values()) mergeRollup(total, rollup)
  return groups
}

function fromRollups(db: LocalConnection, selection: Selection, plan: Plan): Group[] {
  const { period, source } = plan
  const series = rollupSeries(db, selection)
  const groups = newGroups()
  const targets = new Map(
    series.map(({ id, service, metric_type, dimensions }) => [
      id,
      groups.of(groupOf(selection, service, metric_type, dimensions)),
    ]),
  )
  for (const row of rollupRows(db, [...targets.keys()], selection, period, source as Grain)) {
    const group = targets.get(row.series)!
    mergeRow(row.step === null ? group.total : stepRollup(group, row.step), row)
  }
  return withTotals(groups.all()).filter(({ total }) => total.value.count > 0)
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

function rollupRows(
  db: LocalConnection,
  ids: number[],
  { step, plain }: Selection,
  period: Period,
  grain: Grain,
): Iterable<FoundRow> {
  const columns = plain ? plainColumns : rollupColumns
  const sql = `select series, (at / ?4) * ?4 as step, ${columns} from ${tableOf[grain]}
     where series = ?1 and at >= ?2 and at < ?3 ${plain ? 'group by 1, 2' : ''}`
  const statement = db.statement<FoundRow & Record<string, unknown>>(sql)
  return ids.flatMap((id) => statement.all(id, period.from, period.to, step ?? null))
}
