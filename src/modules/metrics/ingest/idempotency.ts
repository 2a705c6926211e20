import type { Store } from '../store/open'

/** Lets what carries a key be stored once. */
export interface Idempotency {
  /**
   * Calls `keep` with what is new: `fresh[i]` is true where the i-th metric must be stored, `used` are the keys to store with them. Not called when
   * nothing is. Returns how many metrics were there already. A submission that comes while an equal one is under way waits for its outcome.
   */
  once(
    service: string,
    whole: string | undefined,
    keys: readonly (string | undefined)[],
    keep: (fresh: boolean[], used: string[]) => Promise<void>,
  ): Promise<number>
}

/** Keys that are held in memory beside the table: those of the last moments, which the table may not have yet. */
const mostKept = 100_000

export function createIdempotency(store: Store): Idempotency {
  /** A key under way, or one that was used up. */
  const known = new Map<string, Promise<boolean>>()
  let recovered: Promise<void> | undefined

  const isUsed = async (key: string) => {
    // After a restart the last keys may still stand in the log alone.
    recovered ??= store.settled().catch((error) => {
      recovered = undefined
      throw error
    })
    await recovered
    return (await store.db.read<string[]>('findIdempotencyKeys', [key])).length > 0
  }
  const claim = async (key: string): Promise<((stored: boolean) => void) | undefined> => {
    for (let other = known.get(key); other; other = known.get(key)) if (await other) return undefined
    let settle: (stored: boolean) => void = () => {}
    known.set(key, new Promise((resolve) => (settle = resolve)))
    const end = (stored: boolean) => {
      if (!stored) known.delete(key)
      settle(stored)
    }
    try {
      if (!(await isUsed(key))) return end
      end(true)
      return undefined
    } catch (error) {
      end(false)
      throw error
    }
  }
  return {
    async once(service, whole, keys, keep) {
      const claims = new Map<string, (stored: boolean) => void>()
      let stored = false
      try {
        const fresh = await freshOf(service, whole, keys, claims, claim)
        if (fresh.includes(true)) await keep(fresh, [...claims.keys()])
        stored = true
        return fresh.filter((isNew) => !isNew).length
      } finally {
        for (const end of claims.values()) end(stored)
        while (known.size > mostKept) known.delete(known.keys().next().value!)
      }
    },
  }
}

const keyOf = (service: string, kind: string, key: string) => `${service}/${kind}/${key}`

async function freshOf(
  service: string,
  whole: string | undefined,
  keys: readonly (string | undefined)[],
  claims: Map<string, (stored: boolean) => void>,
  claim: (key: string) => Promise<((stored: boolean) => void) | undefined>,
): Promise<boolean[]> {
  const take = async (key: string) => {
    if (claims.has(key)) return false
    const end = await claim(key)
    if (end) claims.set(key, end)
    return end !== undefined
  }
  if (whole !== undefined && !(await take(keyOf(service, 'request', whole)))) return keys.map(() => false)
  // In one order everywhere, so that two submissions never wait for each other.
  const wanted = [...new Set(keys.filter((key) => key !== undefined))].sort()
  for (const key of wanted) await take(keyOf(service, 'metric', key))
  const seen = new Set<string>()
  return keys.map((key) => {
    if (key === undefined) return true
    const first = claims.has(keyOf(service, 'metric', key)) && !seen.has(key)
    seen.add(key)
    return first
  })
}
