import type { Principal } from '../../../core/principal'

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

/** Who sends: the key, whose service it is, and the limit that it may have for itself. */
export type Sender = Pick<Principal, 'id' | 'credential' | 'service' | 'limits'>

/** Token buckets, one a key. */
export interface RateLimit {
  /** Takes one, and says whether there was one. */
  take(sender: Sender): Bucket & { taken: boolean }
  look(sender: Sender): Bucket
}

interface Tokens {
  left: number
  limit: number
  at: number
}

/** Buckets are full again within a minute; those are forgotten when there are many. */
const mostKept = 10_000

/** The name under which a key's bucket is kept. */
export const bucketOf = ({ credential, id }: Sender): string => credential ?? id

/**
 * Each key's own limit of requests a minute, or `usual`. Tokens are fractions, so nothing is lost to rounding; a clock that is set back costs
 * nothing. A limit that is changed changes what is saved up in proportion.
 */
export function createRateLimit(usual: number, now: () => number): RateLimit {
  const buckets = new Map<string, Tokens>()
  const refilled = (key: string, limit: number): Tokens => {
    const at = now()
    const found = buckets.get(key)
    if (!found) return { left: limit, limit, at }
    found.left = leftAt(found, at) * (limit / found.limit)
    found.limit = limit
    found.at = at
    return found
  }
  return {
    take(sender) {
      const key = bucketOf(sender)
      const bucket = refilled(key, sender.limits?.minute ?? usual)
      const taken = bucket.left >= 1
      if (taken) bucket.left--
      if (!buckets.has(key)) {
        if (buckets.size >= mostKept) forgetFull(buckets, bucket.at)
        buckets.set(key, bucket)
      }
      return { ...view(bucket), taken }
    },
    look: (sender) => view(refilled(bucketOf(sender), sender.limits?.minute ?? usual)),
  }
}

const leftAt = ({ left, limit, at }: Tokens, now: number) =>
  Math.min(limit, left + (Math.max(0, now - at) * limit) / 60_000)

function view({ left, limit }: Tokens): Bucket {
  const secondsFor = (tokens: number) => Math.ceil((tokens * 60) / limit)
  return {
    limit,
    available: Math.floor(left),
    retryAfter: left >= 1 ? 0 : Math.max(1, secondsFor(1 - left)),
    resetSeconds: secondsFor(limit - left),
  }
}

function forgetFull(buckets: Map<string, Tokens>, at: number): void {
  for (const [key, bucket] of buckets) if (leftAt(bucket, at) >= bucket.limit) buckets.delete(key)
}
