import { newRollup, type Rollup } from '../rollups/rollup'

/** Rollups by start of the step. */
export type Steps = Map<number, Rollup>

/** Numbers of one group: over the whole period, and by step. */
export interface Group {
  /** In the order of `group_by`; null where a metric does not have the dimension. */
  values: (string | null)[]
  total: Rollup
  /** Rollups have them read at each call: for many groups they are much, and few are shown. */
  steps(): Steps
}

/** Finds what was made of values, or makes it. */
export function byValues<T>(make: (values: (string | null)[]) => T) {
  const made = new Map<string, T>()
  return {
    of(values: (string | null)[]): T {
      const key = JSON.stringify(values)
      let found = made.get(key)
      if (!found) {
        found = make(values)
        made.set(key, found)
      }
      return found
    },
    all: () => [...made.values()],
  }
}

/** The rollup of the step that starts at `at`. */
export function stepRollup(steps: Steps, at: number): Rollup {
  let rollup = steps.get(at)
  if (!rollup) {
    rollup = newRollup()
    steps.set(at, rollup)
  }
  return rollup
}
