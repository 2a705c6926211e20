import type { Quota } from './limits'
import type { Span } from './store'

type Field = readonly [name: string, write: (quota: Quota) => string]

/** What all calls of a window have in common. */
const common: readonly Field[] = [
  ['X-RateLimit-Limit', ({ limit }) => String(limit)],
  ['RateLimit-Policy', ({ policy }) => policy],
]

type Changing = readonly [...Field, same: (a: Quota, b: Quota) => boolean]

const changing: readonly Changing[] = [
  ['X-RateLimit-Remaining', ({ remaining }) => String(remaining), (a, b) => a.remaining === b.remaining],
  ['X-RateLimit-Reset', ({ reset }) => String(reset), (a, b) => a.reset === b.reset],
  [
    'RateLimit',
    ({ window, remaining, resetsIn }) => `"${window}";r=${remaining};t=${resetsIn}`,
    (a, b) => a.remaining === b.remaining && a.resetsIn === b.resetsIn,
  ],
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
      found = { headers: new Headers(ready), told: undefined }
      set(found.headers, common, quota)
      shared.set(quota.span, found)
    }
    update(found, quota)
    return found.headers
  }
}

interface Shared {
  headers: Headers
  /** What stands there. */
  told: Quota | undefined
}

/** Comparing figures costs less than to write and set them. */
function update(shared: Shared, quota: Quota): void {
  const { headers, told } = shared
  if (quota === told) return
  for (const [name, write, same] of changing) if (!told || !same(told, quota)) headers.set(name, write(quota))
  shared.told = quota
}

function set(headers: Headers, fields: readonly (Field | Changing)[], quota: Quota): void {
  for (const [name, write] of fields) headers.set(name, write(quota))
}
