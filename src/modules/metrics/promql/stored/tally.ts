import type { RollupRow } from '../../rollups/rollup-rows'
import { countUpTo } from '../../rollups/sketch'
import { mergeStored, newSummary } from '../../rollups/summary'
import type { Instrument } from './instrument'

/** What an instrument counts: for a `bucket` one number a bound and one for +Inf, else one number. */
export type Tally = Float64Array

/** Turns metrics into what an instrument counts. */
export interface Tallying {
  size: number
  /** Adds one metric. */
  addRow(into: Tally, value: number, duration: number | null): void
  /** What a rollup adds up to. */
  ofRollup(row: RollupRow): Tally
  /** Text of `le` for each number of a bucket; undefined for the other parts. */
  bounds: string[] | undefined
}

/** `bounds` are the buckets' upper bounds in seconds. */
export function tallyingOf({ part, of }: Instrument, bounds: readonly number[]): Tallying {
  const seconds = of === 'duration' ? 1000 : 1
  if (part === 'bucket') return bucketTally(of, seconds, bounds)
  const one = (row: RollupRow) => {
    if (part === 'total') return row.value_sum
    if (part === 'count') return of === 'value' ? row.count : row.duration_count
    return (of === 'value' ? row.value_sum : (row.duration_sum ?? 0)) / seconds
  }
  return {
    size: 1,
    bounds: undefined,
    addRow(into, value, duration) {
      const observed = of === 'value' ? value : duration
      if (observed === null) return
      // Counters do not fall: OpenTelemetry drops what is below zero.
      into[0]! += part === 'total' ? Math.max(0, value) : part === 'count' ? 1 : observed / seconds
    },
    ofRollup: (row) => Float64Array.of(one(row)),
  }
}

function bucketTally(of: Instrument['of'], seconds: number, bounds: readonly number[]): Tallying {
  return {
    size: bounds.length + 1,
    bounds: [...bounds.map(String), '+Inf'],
    addRow(into, value, duration) {
      const observed = of === 'value' ? value : duration
      if (observed === null) return
      for (let at = bounds.length - 1; at >= 0 && observed / seconds <= bounds[at]!; at--) into[at]!++
      into[bounds.length]!++
    },
    ofRollup(row) {
      const summary = newSummary()
      if (of === 'value')
        mergeStored(summary, row.count, row.value_sum, row.value_min, row.value_max, row.value_sketch)
      else
        mergeStored(
          summary,
          row.duration_count,
          row.duration_sum,
          row.duration_min,
          row.duration_max,
          row.duration_sketch,
        )
      const counts = bounds.map((bound) => countUpTo(summary.sketch, bound * seconds))
      return Float64Array.of(...counts, summary.count)
    },
  }
}
