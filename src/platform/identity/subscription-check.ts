import { eq, sql } from 'drizzle-orm'
import type { Principal } from '../../core/principal'
import type { Dialect, Scope, Select } from '../../core/storage'
import { invalidCredential } from './refusal'
import { createRowCache } from './row-cache'
import { sameHash } from './secret'
import { standingOf, subscriber } from './subscription'
import { type SubscriptionRow, userSubscriptions } from './tables'

export interface SubscriptionCheck {
  /** The subscriber of this owner id if `hash` is the SHA-256 of its key, or throws AUTH_INVALID_KEY. */
  check(owner: string, hash: Uint8Array, onCache: (hit: boolean) => void): Promise<Principal>
  /** The subscriber of this owner id; undefined when the subscription does not work any more. */
  current(owner: string): Promise<Principal | undefined>
  forget(owner: string): void
}

interface Known {
  row: SubscriptionRow
  hash: Uint8Array
}

/** Rows live for less than the 5 s in which a change by another process must count. */
const timeToLive = 4000
const size = 10_000
const nobody: Uint8Array = new Uint8Array(32)

/** Checks subscriptions: the presented key is hashed and compared every time, only rows are cached. */
export function createSubscriptionCheck({
  system,
  now,
}: {
  system: Scope
  now(): number
}): SubscriptionCheck {
  const cache = createRowCache<Known>({
    read: (owner) => readSubscription(system, owner),
    now,
    timeToLive,
    size,
  })
  const stand = ({ row }: Known): Principal | undefined => {
    const { state, valid } = standingOf(row, now())
    return valid ? subscriber(row, state) : undefined
  }
  const judge = (known: Known | undefined, hash: Uint8Array): Principal | undefined =>
    sameHash(known?.hash ?? nobody, hash) && known ? stand(known) : undefined
  return {
    async check(owner, hash, onCache) {
      const cached = judge(cache.peek(owner), hash)
      onCache(cached !== undefined)
      if (cached) return cached
      const principal = judge(await cache.load(owner), hash)
      if (!principal) throw invalidCredential()
      return principal
    },
    async current(owner) {
      const known = cache.peek(owner) ?? (await cache.load(owner))
      return known && stand(known)
    },
    forget: (owner) => cache.forget(({ row }) => row.owner === owner),
  }
}

async function readSubscription(system: Scope, owner: string): Promise<Known | undefined> {
  const [row] = await system.prepared('identity.subscription', byOwner, { owner })
  return row && { row, hash: Uint8Array.fromHex(row.key_hash) }
}

function byOwner(db: Select, dialect: Dialect) {
  const subscriptions = userSubscriptions.on(dialect)
  return db
    .select()
    .from(subscriptions)
    .where(eq(subscriptions.owner, sql.placeholder('owner')))
    .limit(1)
}
