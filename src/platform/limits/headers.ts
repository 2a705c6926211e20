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

/**
 * Gives `ready` with the same, written into one object for each window: an answer copies its headers, so whoever makes one from them at once does
 * not find those of the next.
 */
export function createQuotaHeaders(ready: Headers): (quota: Quota) => Headers {
  const shared = new WeakMap<Span, Shared>()
  return (quota) => {
    let found = shared.get(quota.span)
    if (!found) {
      found = { headers: new Headers(ready), told: [] }
      set(found.headers, common, quota)
      shared.set(quota.span, found)
    }
    update(found, quota)
    return found.headers
  }
}

interface Shared {
  headers: Headers
  /** Values of the changing fields as they stand there. */
  told: string[]
}

/** Comparing a value costs less than setting it. */
function update({ headers, told }: Shared, quota: Quota): void {
  for (let index = 0; index < changing.length; index++) {
    const [name, write] = changing[index]!
    const value = write(quota)
    if (value === told[index]) continue
    told[index] = value
    headers.set(name, value)
  }
}

function set(headers: Headers, fields: readonly Field[], quota: Quota): void {
  for (const [name, write] of fields) headers.set(name, write(quota))
}
