import {
  addToSketch,
  type mergeEncoded,
  mergeSketch,
  newSketch,
  rankOf,
  type Sketch,
  valueAtRank,
} from './sketch'

/** What is kept of many numbers. Of none, `min` is +Infinity and `max` -Infinity. */
export interface Summary {
  count: number
  sum: number
  min: number
  max: number
  sketch: Sketch
}

export const newSummary = (): Summary => ({
  count: 0,
  sum: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  sketch: newSketch(),
})

export function addToSummary(summary: Summary, value: number): void {
  countInSummary(summary, value)
  addToSketch(summary.sketch, value)
}

/** Adds a number without its sketch: one of which no quantile will be asked, or that the sketch is told of apart. */
export function countInSummary(summary: Summary, value: number): void {
  summary.count++
  summary.sum += value
  if (value < summary.min) summary.min = value
  if (value > summary.max) summary.max = value
}

export function mergeSummary(into: Summary, from: Summary): void {
  addNumbers(into, from.count, from.sum, from.min, from.max)
  mergeSketch(into.sketch, from.sketch)
}

/** Adds what a row holds; a row of no numbers holds nulls, and what was not read is undefined. */
export function mergeStored(
  into: Summary,
  count: number | undefined,
  sum: number | null | undefined,
  min: number | null | undefined,
  max: number | null | undefined,
  sketch: Uint8Array | null | undefined,
  merge: typeof mergeEncoded,
): void {
  if (!count) return
  addNumbers(into, count, sum ?? 0, min ?? Number.POSITIVE_INFINITY, max ?? Number.NEGATIVE_INFINITY)
  if (sketch) merge(into.sketch, sketch)
}

function addNumbers(into: Summary, count: number, sum: number, min: number, max: number): void {
  into.count += count
  into.sum += sum
  if (min < into.min) into.min = min
  if (max > into.max) into.max = max
}

/**
 * A quantile by nearest rank, within 1 % of the value at that rank and never outside of what was seen: the first and the last rank are exact. Null of
 * nothing.
 */
export function quantile({ count, sketch, min, max }: Summary, q: number): number | null {
  const rank = rankOf(q, count)
  if (count === 0 || rank === count) return count === 0 ? null : max
  if (rank === 1) return min
  const value = valueAtRank(sketch, rank)
  return value === undefined ? null : Math.min(max, Math.max(min, value))
}
