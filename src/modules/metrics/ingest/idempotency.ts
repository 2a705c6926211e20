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

/** Keys that are held in memory beside the table, which may not have them yet; of more, those go that it has. */
const mostKept = 100_000

export function createIdempotency(store: Store): Idempotency {
  /** A key under way, or one that was used up. */
  const known = new Map<string, Promise<boolean>>()
  const usedUp = new Set<string>()
  let recovered: Promise<void> | undefined
  let forgetting = false

  /** Forgets those that were used up, once the table has them. */
  const forgetStored = async () => {
    if (forgetting || usedUp.size <= mostKept) return
    forgetting = true
    const stored = [...usedUp]
    try {
      await store.settled()
      for (const key of stored) {
        known.delete(key)
        usedUp.delete(key)
      }
    } catch {
      // The next one tries again.
    } finally {
      forgetting = false
    }
  }
  /** Those of `keys` that the table has. */
  const usedOf = async (keys: string[]) => {
    // After a restart the last keys may still stand in the log alone.
    recovered ??= store.settled().catch((error) => {
      recovered = undefined
      throw error
    })
    await recovered
    return new Set(await store.db.read<string[]>('findIdempotencyKeys', keys, { urgent: true }))
  }
  /** The right to store under a key, as what ends it; undefined for a key that is used up. Waits while another has it. */
  const claim = async (key: string): Promise<((stored: boolean) => void) | undefined> => {
    for (let other = known.get(key); other; other = known.get(key)) if (await other) return undefined
    let settle: (stored: boolean) => void = () => {}
    known.set(key, new Promise((resolve) => (settle = resolve)))
    return (stored) => {
      if (stored) usedUp.add(key)
      else known.delete(key)
      settle(stored)
    }
  }
  return {
    async once(service, whole, keys, keep) {
      const claims = new Map<string, (stored: boolean) => void>()
      let stored = false
      let begun = false
      try {
        // In one order everywhere, so that two submissions never wait for each other.
        const wanted = wantedKeys(service, whole, keys)
        for (const key of wanted) {
          const end = await claim(key)
          if (end) claims.set(key, end)
        }
        for (const key of await usedOf(wanted)) {
          claims.get(key)?.(true)
          claims.delete(key)
        }
        const fresh = freshOf(service, whole, keys, claims)
        begun = fresh.includes(true)
        if (begun) await keep(fresh, [...claims.keys()])
        stored = true
        return fresh.filter((isNew) => !isNew).length
      } finally {
        // Of what was to be stored a part may stand in the log: the table must have it before anybody asks again.
        if (begun && !stored) recovered = undefined
        for (const end of claims.values()) end(stored)
        void forgetStored()
      }
    },
  }
}

/** A metric's key as it is stored. */
export const metricKey = (service: string, key: string): string => keyOf(service, 'metric', key)

const keyOf = (service: string, kind: string, key: string) => `${service}/${kind}/${key}`

function wantedKeys(service: string, whole: string | undefined, keys: readonly (string | undefined)[]) {
  const own = keys.filter((key) => key !== undefined).map((key) => keyOf(service, 'metric', key))
  const all = whole === undefined ? own : [...own, keyOf(service, 'request', whole)]
  return [...new Set(all)].sort()
}

/** Which metrics are new: of two with one key the first, none of a request that was there. */
function freshOf(
  service: string,
  whole: string | undefined,
  keys: readonly (string | undefined)[],
  claims: ReadonlyMap<string, unknown>,
): boolean[] {
  if (whole !== undefined && !claims.has(keyOf(service, 'request', whole))) return keys.map(() => false)
  const seen = new Set<string>()
  return keys.map((key) => {
    if (key === undefined) return true
    const first = claims.has(keyOf(service, 'metric', key)) && !seen.has(key)
    seen.add(key)
    return first
  })
}
