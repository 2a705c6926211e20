import { type Grain, grainLength, startOf } from '../rollups/rollup'
import type { Period } from './period'

/** Part of a period, from the rollups of one grain. */
export interface GrainSpan extends Period {
  grain: Grain
}

/**
 * A period of whole hours as the days that lie in it and the hours before and after them: a tenth of the rows or fewer, and the same numbers, for a
 * day is what its hours add up to.
 */
export function daysAndHours({ from, to }: Period): GrainSpan[] {
  const first = startOf('day', from + grainLength.day - 1)
  const last = startOf('day', to)
  if (first >= last) return [{ grain: 'hour', from, to }]
  const spans: GrainSpan[] = [
    { grain: 'hour', from, to: first },
    { grain: 'day', from: first, to: last },
    { grain: 'hour', from: last, to },
  ]
  return spans.filter((span) => span.from < span.to)
}
