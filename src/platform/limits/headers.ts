import type { Quota } from './limits'

/**
 * Headers of a counted answer: the `X-RateLimit-*` that clients' libraries read, and the fields of
 * draft-ietf-httpapi-ratelimit-headers (`q` quota, `w` window, `r` remaining, `t` seconds to the reset).
 */
export function quotaHeaders(quota: Quota): Record<string, string> {
  return {
    'X-RateLimit-Limit': String(quota.limit),
    'X-RateLimit-Remaining': String(quota.remaining),
    'X-RateLimit-Reset': String(quota.reset),
    'RateLimit-Policy': quota.policy,
    RateLimit: `"${quota.window}";r=${quota.remaining};t=${quota.resetsIn}`,
  }
}

/** Sets the same on an answer that has its headers already. */
export function setQuotaHeaders(headers: Headers, quota: Quota): void {
  const all = quotaHeaders(quota)
  for (const name in all) headers.set(name, all[name]!)
}
