import type { LocalConnection } from '../../../core/local-database'
import { collect } from '../query/collect'
import { type Origin, originOf } from '../query/inputs'
import type { Selection } from '../query/selection'
import { type Measured, measured } from './measured'

export interface MeasuredGroup extends Measured {
  /** In the order of `groupBy`. */
  values: (string | null)[]
}

export interface MeasuredGroups extends Origin {
  groups: MeasuredGroup[]
}

/** Calls, errors and times of every group of a selection. */
export function measureGroups(db: LocalConnection, selection: Selection): MeasuredGroups {
  const collected = collect(db, { ...selection, quantiles: 'duration_ms' })
  const groups = collected.groups.map(({ values, total }) => ({ values, ...measured(total) }))
  return { ...originOf(collected), groups }
}
