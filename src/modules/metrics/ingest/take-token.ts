import { AppError } from '../../../core/errors'
import type { RateLimit, Sender } from './rate-limit'

/** Takes one request from the key's bucket; gives the headers of a success. Throws `rate_limited`. */
export function takeToken(rateLimit: RateLimit, sender: Sender): Record<string, string> {
  const { limit, available, retryAfter, taken } = rateLimit.take(sender)
  const headers = { 'X-RateLimit-Limit': String(limit), 'X-RateLimit-Remaining': String(available) }
  if (taken) return headers
  throw new AppError('rate_limited', `Rate limit exceeded. Limit: ${limit} requests/minute`, {
    headers: { ...headers, 'X-RateLimit-Remaining': '0' },
    retryAfter,
  })
}
