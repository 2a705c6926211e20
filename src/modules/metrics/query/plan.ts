import { AppError } from '../../../core/errors'
import type { LocalConnection } from '../../../core/local-database'
import { isKept } from '../rollups/kept-dimensions'
import { completeSince } from '../rollups/raw-rows'
import { type Grain, grainLength, startOf } from '../rollups/rollup'
import type { Period } from './period'
import { countRawRows } from './raw-scan'
import { namesOf, type Selection } from './selection'

/** Where an answer comes from. */
export type Source = 'raw' | Grain

export interface Plan {
  source: Source
  /** The period that is really looked at: of rollups whole hours or days. */
  period: Period
}

/** Rows up to which raw ones are looked at although rollups would do. */
const fewRows = 200_000

/** Rows up to which raw ones are looked at where rollups do not have what is asked for, or reach too far. */
const mostRows = 3_000_000

/** Up to here whole hours at both ends would be much of an answer. */
const shortPeriod = 6 * grainLength.hour

/** From here on days serve, where the step allows it. */
export const longPeriod = 62 * grainLength.day

/** Raw rows for what is short, hours and days for what is long. Throws `invalid` for what only raw rows can tell where there are too many. */
export function planOf(db: LocalConnection, selection: Selection): Plan {
  const { period, step } = selection
  const grain = grainFor(selection)
  const rows = countRawRows(db, period)
  const few = period.to - period.from < shortPeriod ? mostRows : fewRows
  if (rows <= few && isComplete(db, period)) return { source: 'raw', period }
  if (grain) return { source: grain, period: aligned(grain, period) }
  if (rows <= mostRows) return { source: 'raw', period }
  const unkept = namesOf(selection).filter((name) => !isKept(name))
  throw new AppError(
    'invalid',
    unkept.length > 0
      ? `The input does not fit: ${unkept.join(', ')} is not in the rollups, and the period has ${rows} metrics where ${mostRows} can be looked at: ask for a shorter period`
      : `The input does not fit: a step of ${step! / 1000} s over ${rows} metrics is too fine: ask for a step of whole hours, or a shorter period`,
  )
}

/** The coarsest rollup that has the dimensions and the step; undefined when none has. */
function grainFor(selection: Selection): Grain | undefined {
  const { period, step } = selection
  if (!namesOf(selection).every(isKept)) return undefined
  if (period.to - period.from >= longPeriod && (step === undefined || step % grainLength.day === 0))
    return 'day'
  return step === undefined || step % grainLength.hour === 0 ? 'hour' : undefined
}

/** Outwards to whole spans. */
export const aligned = (grain: Grain, { from, to }: Period): Period => ({
  from: startOf(grain, from),
  to: startOf(grain, to + grainLength[grain] - 1),
})

function isComplete(db: LocalConnection, { from }: Period): boolean {
  const since = completeSince(db)
  return since === undefined || from >= since
}
