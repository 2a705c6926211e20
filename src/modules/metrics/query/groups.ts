import { mergeRollup, newRollup, type Rollup } from '../rollups/rollup'

/** Numbers of one group: over the whole period, and by step. */
export interface Group {
  /** In the order of `group_by`; null where a metric does not have the dimension. */
  values: (string | null)[]
  total: Rollup
  /** By start of the step. */
  steps: Map<number, Rollup>
}

/** Gathers groups by their values. */
export interface Groups {
  of(values: (string | null)[]): Group
  all(): Group[]
}

export function newGroups(): Groups {
  const groups = new Map<string, Group>()
  return {
    of(values) {
      const key = JSON.stringify(values)
      let group = groups.get(key)
      if (!group) {
        group = { values, total: newRollup(), steps: new Map() }
        groups.set(key, group)
      }
      return group
    },
    all: () => [...groups.values()],
  }
}

/** The rollup of the step that starts at `at`. */
export function stepRollup(group: Pick<Group, 'steps'>, at: number): Rollup {
  let rollup = group.steps.get(at)
  if (!rollup) {
    rollup = newRollup()
    group.steps.set(at, rollup)
  }
  return rollup
}

/** Where rows were put into steps, the total is what the steps come to. */
export function withTotals(groups: Group[]): Group[] {
  for (const { total, steps } of groups) for (const rollup of steps.values()) mergeRollup(total, rollup)
  return groups
}
