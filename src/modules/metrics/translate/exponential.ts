/** Bounds with the number of observations at or below each, ascending; what lies above the last is in the count alone. */
export type Cumulative = { bound: number; count: number }[]

/** A histogram whose bounds are powers of 2^(2^-scale): bucket `i` holds values in (base^i, base^(i+1)]. */
export interface Exponential {
  scale: number
  zeroCount: number
  zeroThreshold: number
  positive: Bucket[]
  /** By magnitude. */
  negative: Bucket[]
}

export interface Bucket {
  index: number
  count: number
}

/** As many as ordinary histograms have; more would be a row each. */
const mostBuckets = 20

/**
 * The same histogram with ordinary bounds. Neighbouring buckets are merged in pairs (which is exact: bounds of a lower scale are among
 * those of a higher one) until at most 20 of each sign are left, so bounds stay the same from point to point.
 */
export function toCumulative(histogram: Exponential): Cumulative {
  const { scale, zeroCount, zeroThreshold } = histogram
  const shift = Math.max(shiftFor(histogram.positive), shiftFor(histogram.negative))
  const base = 2 ** (2 ** (shift - scale))
  const [positive, negative] = [merged(histogram.positive, shift), merged(histogram.negative, shift)]
  const found: Cumulative = []
  let total = 0
  for (const { index, count } of negative.toReversed()) {
    total += count
    found.push({ bound: -(base ** index), count: total })
  }
  total += zeroCount
  if (zeroCount > 0 || negative.length > 0) found.push({ bound: zeroThreshold, count: total })
  for (const { index, count } of positive) {
    total += count
    found.push({ bound: base ** (index + 1), count: total })
  }
  return found.filter(({ bound }) => Number.isFinite(bound))
}

/** How often pairs must be merged. */
function shiftFor(buckets: readonly Bucket[]): number {
  const filled = buckets.filter(({ count }) => count > 0).map(({ index }) => index)
  if (filled.length === 0) return 0
  const [first, last] = [filled.reduce(lower), filled.reduce(higher)]
  let shift = 0
  while (down(last, shift) - down(first, shift) >= mostBuckets) shift++
  return shift
}

const lower = (a: number, b: number) => Math.min(a, b)
const higher = (a: number, b: number) => Math.max(a, b)
const down = (index: number, shift: number) => Math.floor(index / 2 ** shift)

/** Merged buckets in order, without those at either end that are empty; the ones between are kept. */
function merged(buckets: readonly Bucket[], shift: number): Bucket[] {
  const counts = new Map<number, number>()
  for (const { index, count } of buckets) {
    if (count > 0) counts.set(down(index, shift), (counts.get(down(index, shift)) ?? 0) + count)
  }
  if (counts.size === 0) return []
  const [first, last] = [[...counts.keys()].reduce(lower), [...counts.keys()].reduce(higher)]
  return Array.from({ length: last - first + 1 }, (_, at) => ({
    index: first + at,
    count: counts.get(first + at) ?? 0,
  }))
}
