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
  const first = Math.max(
    0,
    times.findLastIndex((time) => time < begins),
  )
  if (begins === Number.POSITIVE_INFINITY || times.length === 0) return []
  const told = times.subarray(first)
  const values = Array.from({ length: size }, () => new Float64Array(told.length))
  const done = base.slice()
  let next = 0
  for (const [at, time] of told.entries()) {
    while (next < increments.length && increments[next]!.to <= time) addTo(done, increments[next++]!.tally, 1)
    const now = next < increments.length && increments[next]!.from < time ? done.slice() : done
    if (now !== done) {
      const { from, to, tally } = increments[next]!
      addTo(now, tally, (time - from) / (to - from))
    }
    for (let part = 0; part < size; part++) values[part]![at] = now[part]!
  }
  return values.map((numbers, part) => ({
    labels: bounds ? labelsOf([...labels, ['le', bounds[part]!]]) : labels,
    times: told,
    values: numbers,
  }))
}

function addTo(into: Tally, tally: Tally, share: number): void {
  for (let part = 0; part < into.length; part++) into[part]! += tally[part]! * share
}
