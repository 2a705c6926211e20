import type { Quota } from './limits'
import type { Span } from './store'

type Field = readonly [name: string, write: (quota: Quota) => string]

/** What all calls of a window have in common. */
const common: readonly Field[] = [
  ['X-RateLimit-Limit', ({ limit }) => String(limit)],
  ['RateLimit-Policy', ({ policy }) => policy],
]

const changing: readonly Field[] = [
  ['X-RateLimit-Remaining', ({ remaining }) => String(remaining)],
  ['X-RateLimit-Reset', ({ reset }) => String(reset)],
  ['RateLimit', ({ window, remaining, resetsIn }) => `"${window}";r=${remaining};t=${resetsIn}`],
]

/**
 * Headers of a counted answer: the `X-RateLimit-*` that clients' libraries read, and the fields of
 * draft-ietf-httpapi-ratelimit-headers (`q` quota, `w` window, `r` remaining, `t` seconds to the reset).
 */
export const quotaHeaders = (quota: Quota): Record<string, string> =>
  Object.fromEntries([...common, ...changing].map(([name, write]) => [name, write(quota)]))

/** Sets the same. */
export function setQuotaHeaders(headers: Headers, quota: Quota): void {
  set(headers, common, quota)
  set(headers, changing, quota)
}

/** Makes copies of `ready` with the same; what the calls of a window have in common is written once. */
export function createQuotaHeaders(ready: Headers): (quota: Quota) => Headers {
  const readyOf = new WeakMap<Span, Headers>()
  return (quota) => {
    let known = readyOf.get(quota.span)
    if (!known) {
      known = new Headers(ready)
      set(known, common, quota)
      readyOf.set(quota.span, known)
    }
    const headers = new Headers(known)
    set(headers, changing, quota)
    return headers
  }
}

function set(headers: Headers, fields: readonly Field[], quota: Quota): void {
  for (const [name, write] of fields) headers.set(name, write(quota))
}
