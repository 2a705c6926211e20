import { type Labels, labelsOf } from '../labels'
import type { SampleSeries } from '../sample-source'
import type { Tally, Tallying } from './tally'

/** What was counted in a span of time; in one that has no length, at its moment. */
export interface Increment {
  from: number
  to: number
  tally: Tally
}

/**
 * A counter's samples: what stood there before, and the increments up to each time; of a span that has begun, as much as of its time has passed. One
 * series, or one a bound. A counter that begins is told from a zero on, right before its first increment.
 */
export function cumulativeSeries(
  labels: Labels,
  { size, bounds }: Tallying,
  base: Tally,
  increments: Increment[],
  times: Float64Array,
): SampleSeries[] {
  const begins = base.every((number) => number === 0)
    ? (increments[0]?.from ?? Number.POSITIVE_INFINITY)
    : -Infinity
  if (begins === Number.POSITIVE_INFINITY || times.length === 0) return []
  let first = 0
  while (first + 1 < times.length && times[first + 1]! < begins) first++
  const told = times.subarray(first)
  const values = Array.from({ length: size }, () => new Float64Array(told.length))
  const done = base.slice()
  let next = 0
  for (let at = 0; at < told.length; at++) {
    const time = told[at]!
    while (next < increments.length && increments[next]!.to <= time) {
      const { tally } = increments[next++]!
      for (let part = 0; part < size; part++) done[part]! += tally[part]!
    }
    const begun = next < increments.length && increments[next]!.from < time ? increments[next] : undefined
    const share = begun ? (time - begun.from) / (begun.to - begun.from) : 0
    for (let part = 0; part < size; part++)
      values[part]![at] = begun ? done[part]! + begun.tally[part]! * share : done[part]!
  }
  return values.map((numbers, part) => ({
    labels: bounds ? labelsOf([...labels, ['le', bounds[part]!]]) : labels,
    times: told,
    values: numbers,
  }))
}
