import { addToSketch, newSketch } from './sketch'
import { addToSummary, countInSummary, mergeSummary, newSummary, type Summary } from './summary'

/** What is kept of the metrics of one series in one span of time. */
export interface Rollup {
  /** Those that say of themselves that they failed: `success` or `healthy` is false. */
  failures: number
  value: Summary
  /** Of `duration_ms`, where there is one. */
  duration: Summary
}

export const newRollup = (): Rollup => ({ failures: 0, value: newSummary(), duration: newSummary() })

/** Adds metrics to rollups, one after the other. */
export interface Adding {
  /** `duration` is NaN for none. */
  add(rollup: Rollup, value: number, duration: number, failed: boolean): void
  /** Call it before the rollups are looked at. */
  end(): void
}

/** Values are mostly the same again and again, 1 above all: the sketch is told once how many there were in a row. */
export function createAdding(): Adding {
  let into = newSketch()
  let same = 0
  let times = 0
  const end = () => {
    if (times > 0) addToSketch(into, same, times)
    times = 0
  }
  return {
    add(rollup, value, duration, failed) {
      if (failed) rollup.failures++
      countInSummary(rollup.value, value)
      if (value !== same || rollup.value.sketch !== into) {
        end()
        into = rollup.value.sketch
        same = value
      }
      times++
      if (!Number.isNaN(duration)) addToSummary(rollup.duration, duration)
    },
    end,
  }
}

export function mergeRollup(into: Rollup, from: Rollup): void {
  into.failures += from.failures
  mergeSummary(into.value, from.value)
  mergeSummary(into.duration, from.duration)
}

/** The spans of time that rollups are kept over. */
export type Grain = 'hour' | 'day'

/** Milliseconds. */
export const grainLength: Record<Grain, number> = { hour: 3_600_000, day: 86_400_000 }

export const grains: readonly Grain[] = ['hour', 'day']

export const tableOf: Record<Grain, string> = { hour: 'rollup_hours', day: 'rollup_days' }

/** Start of the span that a time lies in, UTC. */
export const startOf = (grain: Grain, at: number): number =>
  Math.floor(at / grainLength[grain]) * grainLength[grain]
