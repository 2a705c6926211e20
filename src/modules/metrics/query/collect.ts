import type { LocalConnection } from '../../../core/local-database'
import type { Group } from './groups'
import type { Period } from './period'
import { planOf, type Source } from './plan'
import { groupsFromRaw } from './raw-groups'
import { groupsFromRollups } from './rollup-groups'
import type { Selection } from './selection'

/** What was found, and from where. */
export interface Collected {
  source: Source
  /** The period that was looked at. */
  period: Period
  groups: Group[]
}

/** Puts the metrics of a selection into groups. Throws `invalid` for what cannot be told. */
export function collect(db: LocalConnection, selection: Selection): Collected {
  const { source, period } = planOf(db, selection)
  const groups =
    source === 'raw'
      ? groupsFromRaw(db, { ...selection, period })
      : groupsFromRollups(db, { ...selection, period }, source)
  return { source, period, groups }
}
