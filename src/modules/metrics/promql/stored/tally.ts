import { addingBetween, keyOf } from '../../rollups/sketch'
import type { Instrument } from './instrument'

/** What an instrument counts: for a `bucket` one number a bound and one for +Inf, else one number. */
export type Tally = Float64Array

/** Turns metrics into what an instrument counts. */
export interface Tallying {
  size: number
  /** Adds one metric. */
  addRow(into: Tally, value: number, duration: number | null): void
  /** Columns of a rollup that are needed of it: a number, and a sketch or null, as SQL. */
  columns: { number: string; sketch: string }
  /** Adds what a rollup adds up to, in parts that `complete` puts together. */
  addRollup(into: Tally, number: number, sketch: Uint8Array | null): void
  /** Makes a tally of what rollups were added to, once all of them were. */
  complete(parts: Tally): void
  /** Text of `le` for each number of a bucket; undefined for the other parts. */
  bounds: string[] | undefined
}

/** `bounds` are the buckets' upper bounds in seconds. */
export function tallyingOf({ part, of }: Instrument, bounds: readonly number[]): Tallying {
  const seconds = of === 'duration' ? 1000 : 1
  if (part === 'bucket') return bucketTally(of, seconds, bounds)
  const ofDuration = of === 'duration' ? 'coalesce(duration_sum, 0)' : 'value_sum'
  const counted = of === 'duration' ? 'duration_count' : 'count'
  const scale = part === 'sum' ? seconds : 1
  return {
    size: 1,
    bounds: undefined,
    addRow(into, value, duration) {
      const observed = of === 'value' ? value : duration
      if (observed === null) return
      // Counters do not fall: OpenTelemetry drops what is below zero.
      into[0]! += part === 'total' ? Math.max(0, value) : part === 'count' ? 1 : observed / seconds
    },
    columns: {
      number: part === 'total' ? 'value_sum' : part === 'count' ? counted : ofDuration,
      sketch: 'null',
    },
    addRollup(into, number) {
      into[0]! += number / scale
    },
    complete() {},
  }
}

function bucketTally(of: Instrument['of'], seconds: number, bounds: readonly number[]): Tallying {
  const last = bounds.length
  const addSketch = addingBetween(Int32Array.from(bounds, (bound) => keyOf(bound * seconds)))
  return {
    size: last + 1,
    bounds: [...bounds.map(String), '+Inf'],
    addRow(into, value, duration) {
      const observed = of === 'value' ? value : duration
      if (observed === null) return
      for (let at = last - 1; at >= 0 && observed / seconds <= bounds[at]!; at--) into[at]!++
      into[last]!++
    },
    columns:
      of === 'value'
        ? { number: 'count', sketch: 'value_sketch' }
        : { number: 'duration_count', sketch: 'duration_sketch' },
    addRollup(into, number, sketch) {
      into[last]! += number
      if (sketch) addSketch(into, sketch)
    },
    complete(parts) {
      for (let at = 1; at < last; at++) parts[at]! += parts[at - 1]!
    },
  }
}
