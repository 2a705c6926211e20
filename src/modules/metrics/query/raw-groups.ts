import type { LocalConnection } from '../../../core/local-database'
import { errorCodeOf, hasFailed } from '../rollups/kept-dimensions'
import { mergeRollup, newRollup, type Rollup } from '../rollups/rollup'
import { mergeRow } from '../rollups/rollup-rows'
import { addToSummary, countInSummary } from '../rollups/summary'
import { byValues, type Group, type Steps, stepRollup } from './groups'
import { type RawSeries, rawRows, rawSeries, rawSums } from './raw-scan'
import { fitsDimensions, groupOf, namesOf, type Selection, wantsQuantiles } from './selection'

/** Groups of a selection from every metric of its period. */
export function groupsFromRaw(db: LocalConnection, selection: Selection): Group[] {
  const groups = byValues((values): Gathered => ({ values, total: newRollup(), steps: new Map() }))
  // Causes of failures stand in each row's metadata.
  const byCode = namesOf(selection).includes('error_code')
  const series = rawSeries(db, selection, (one) => byCode || fitsDimensions(selection, one.dimensions))
  const targets = targetsOf(selection, groups.of)
  if (selection.quantiles === 'none' && !byCode) addSums(db, selection, series, targets)
  else addRows(db, selection, series, targets, byCode)
  return groups.all().map(({ values, total, steps }) => {
    // Where rows were put into steps, the total is what the steps come to.
    for (const rollup of steps.values()) mergeRollup(total, rollup)
    return { values, total, steps: () => steps }
  })
}

interface Gathered extends Omit<Group, 'steps'> {
  steps: Steps
}

/** Where the rows of a series go. */
interface Target {
  group: Gathered
  failed: boolean
}

type Targets = (id: number, series: RawSeries, code?: string) => Target | null

/** Steps lie on whole multiples since the epoch, so that the same step has the same numbers whenever it is asked for. */
const rollupAt = ({ total, steps }: Gathered, at: number, step: number | undefined): Rollup =>
  step === undefined ? total : stepRollup(steps, Math.floor(at / step) * step)

/** SQLite adds up what needs no sketch: one row a series and step. */
function addSums(
  db: LocalConnection,
  { period, step }: Selection,
  series: Map<number, RawSeries>,
  targets: Targets,
): void {
  for (const row of rawSums(db, period, step)) {
    const one = series.get(row.series)
    const target = one && targets(row.series, one)
    if (!target) continue
    const failures = target.failed ? row.count : 0
    mergeRow(rollupAt(target.group, row.step ?? 0, step), { ...row, failures })
  }
}

function addRows(
  db: LocalConnection,
  selection: Selection,
  series: Map<number, RawSeries>,
  targets: Targets,
  byCode: boolean,
): void {
  const addValue = wantsQuantiles(selection, 'value') ? addToSummary : countInSummary
  const addDuration = wantsQuantiles(selection, 'duration_ms') ? addToSummary : countInSummary
  for (const [id, at, value, duration, metadata] of rawRows(db, selection.period, byCode)) {
    const one = series.get(id)
    const target = one && targets(id, one, byCode ? errorCodeOf(metadata) : undefined)
    if (!target) continue
    const rollup = rollupAt(target.group, at, selection.step)
    if (target.failed) rollup.failures++
    addValue(rollup.value, value)
    if (duration !== null) addDuration(rollup.duration, duration)
  }
}

/** Remembers where the rows of each series, and of each cause of failure, go; null when they are not meant. */
function targetsOf(selection: Selection, groupFor: (values: (string | null)[]) => Gathered): Targets {
  const known = new Map<number | string, Target | null>()
  return (id, series, code) => {
    const key = code === undefined ? id : `${id} ${code}`
    let target = known.get(key)
    if (target === undefined) {
      target = targetOf(selection, series, code, groupFor)
      known.set(key, target)
    }
    return target
  }
}

function targetOf(
  selection: Selection,
  { service, type, dimensions }: RawSeries,
  code: string | undefined,
  groupFor: (values: (string | null)[]) => Gathered,
): Target | null {
  const all = code === undefined ? dimensions : new Map([...dimensions, ['error_code', code]])
  if (!fitsDimensions(selection, all)) return null
  return { group: groupFor(groupOf(selection, service, type, all)), failed: hasFailed(all) }
}
