/** Prometheus' quantile of plain values: linear between the two nearest ranks. */
export function quantileOf(q: number, values: ArrayLike<number>): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const sorted = Float64Array.from(values).sort()
  const rank = q * (sorted.length - 1)
  const lower = Math.floor(rank)
  const upper = Math.min(sorted.length - 1, lower + 1)
  const weight = rank - lower
  return sorted[lower]! * (1 - weight) + sorted[upper]! * weight
}

/** One bucket of a histogram: how many were at most `le`. */
export interface Bucket {
  le: number
  count: number
}

/**
 * Prometheus' `histogram_quantile`: linear within the bucket that holds the rank; NaN without a `+Inf` bucket, without observations, or with
 * fewer than two buckets.
 */
export function bucketQuantile(q: number, given: Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const buckets = monotonic(given)
  const total = buckets.at(-1)
  if (buckets.length < 2 || total!.le !== Number.POSITIVE_INFINITY || !(total!.count > 0)) return Number.NaN
  const rank = q * total!.count
  const at = buckets.findIndex(({ count }, place) => place === buckets.length - 1 || count >= rank)
  if (at === buckets.length - 1) return buckets[at - 1]!.le
  const { le, count } = buckets[at]!
  if (at === 0 && le <= 0) return le
  const below = at === 0 ? { le: 0, count: 0 } : buckets[at - 1]!
  return below.le + (le - below.le) * ((rank - below.count) / (count - below.count))
}

/** Sorted, those of equal bounds put together, and never falling. */
function monotonic(given: Bucket[]): Bucket[] {
  const buckets: Bucket[] = []
  for (const { le, count } of given.toSorted((a, b) => a.le - b.le)) {
    const last = buckets.at(-1)
    if (last?.le === le) last.count += count
    else buckets.push({ le, count })
  }
  let most = Number.NEGATIVE_INFINITY
  for (const bucket of buckets) {
    most = Math.max(most, bucket.count)
    bucket.count = most
  }
  return buckets
}
