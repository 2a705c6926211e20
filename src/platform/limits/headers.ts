import type { Quota } from './limits'

/**
 * Headers of a counted answer: the `X-RateLimit-*` that clients' libraries read, and the fields of
 * draft-ietf-httpapi-ratelimit-headers (`q` quota, `w` window, `r` remaining, `t` seconds to the reset).
 */
const all: readonly [name: string, write: (quota: Quota) => string][] = [
  ['X-RateLimit-Limit', ({ limit }) => String(limit)],
  ['X-RateLimit-Remaining', ({ remaining }) => String(remaining)],
  ['X-RateLimit-Reset', ({ reset }) => String(reset)],
  ['RateLimit-Policy', ({ policy }) => policy],
  ['RateLimit', ({ window, remaining, resetsIn }) => `"${window}";r=${remaining};t=${resetsIn}`],
]

export const quotaHeaders = (quota: Quota): Record<string, string> =>
  Object.fromEntries(all.map(([name, write]) => [name, write(quota)]))

/** Sets the same. */
export function setQuotaHeaders(headers: Headers, quota: Quota): void {
  for (const [name, write] of all) headers.set(name, write(quota))
}
