/** A key's bucket as it stands. */
export interface Bucket {
  /** Requests a minute, and the most that can be saved up. */
  limit: number
  /** Whole requests that are left. */
  available: number
  /** Whole seconds until the next request is let through; 0 when one is left. */
  retryAfter: number
  /** Whole seconds until the bucket is full. */
  resetSeconds: number
}

/** Token buckets, one a key. */
export interface RateLimit {
  /** Takes one, and says whether there was one. `service`: whom the key belongs to, for those who watch. */
  take(key: string, service?: string): Bucket & { taken: boolean }
  look(key: string): Bucket
}

/** Buckets are full again within a minute; those are forgotten when there are many. */
const mostKept = 10_000

/** `limit` requests a minute and key. Tokens are fractions, so nothing is lost to rounding; a clock that is set back costs nothing. */
export function createRateLimit(limit: number, now: () => number): RateLimit {
  const perMs = limit / 60_000
  const buckets = new Map<string, { tokens: number; at: number }>()
  const refilled = (key: string) => {
    const at = now()
    const found = buckets.get(key)
    if (!found) return { tokens: limit, at }
    found.tokens = Math.min(limit, found.tokens + Math.max(0, at - found.at) * perMs)
    found.at = at
    return found
  }
  const view = (tokens: number): Bucket => ({
    limit,
    available: Math.floor(tokens),
    retryAfter: tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perMs / 1000)),
    resetSeconds: Math.ceil((limit - tokens) / perMs / 1000),
  })
  return {
    take(key) {
      const bucket = refilled(key)
      const taken = bucket.tokens >= 1
      if (taken) bucket.tokens--
      if (!buckets.has(key)) {
        if (buckets.size >= mostKept) forgetFull(buckets, limit, perMs, now())
        buckets.set(key, bucket)
      }
      return { ...view(bucket.tokens), taken }
    },
    look: (key) => view(refilled(key).tokens),
  }
}

function forgetFull(
  buckets: Map<string, { tokens: number; at: number }>,
  limit: number,
  perMs: number,
  at: number,
): void {
  for (const [key, bucket] of buckets) {
    if (bucket.tokens + (at - bucket.at) * perMs >= limit) buckets.delete(key)
  }
}
