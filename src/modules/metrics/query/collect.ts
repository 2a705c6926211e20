import type { LocalConnection } from '../../../core/local-database'
import type { Group } from './groups'
import type { Period } from './period'
import { type Plan, planOf, type Source } from './plan'
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

/** Puts the metrics of a selection into groups, as planned by itself or by the caller. Throws `invalid` for what cannot be told. */
export function collect(
  db: LocalConnection,
  selection: Selection,
  { source, period }: Plan = planOf(db, selection),
): Collected {
  const groups =
    source === 'raw'
      ? groupsFromRaw(db, { ...selection, period })
      : groupsFromRollups(db, { ...selection, period }, source)
  return { source, period, groups }
}
