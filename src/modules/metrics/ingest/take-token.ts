import { AppError } from '../../../core/errors'
import type { Principal } from '../../../core/principal'
import type { RateLimit } from './rate-limit'

/** The name under which a key's bucket is kept. */
export const bucketOf = ({ credential, id }: Principal): string => credential ?? id

/** Takes one request from the key's bucket; gives the headers of a success. Throws `rate_limited`. */
export function takeToken(rateLimit: RateLimit, principal: Principal): Record<string, string> {
  const { limit, available, retryAfter, taken } = rateLimit.take(bucketOf(principal), principal.service)
  const headers = { 'X-RateLimit-Limit': String(limit), 'X-RateLimit-Remaining': String(available) }
  if (taken) return headers
  throw new AppError('rate_limited', `Rate limit exceeded. Limit: ${limit} requests/minute`, {
    headers: { ...headers, 'X-RateLimit-Remaining': '0' },
    retryAfter,
  })
}
