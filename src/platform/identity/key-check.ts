import { eq, or, sql } from 'drizzle-orm'
import type { Principal } from '../../core/principal'
import type { Dialect, Scope, Select } from '../../core/storage'
import { isToken } from './credential'
import { keyIdOf } from './key'
import type { LastUsed } from './last-used'
import { invalidCredential } from './refusal'
import { createRowCache } from './row-cache'
import { sameHash } from './secret'
import { apiKeys, type KeyRow } from './tables'

/** A key's row, ready for the next check. */
export interface KnownKey {
  id: string
  hash: Uint8Array
  /** Milliseconds since the epoch at which it stops working; infinite when it never does. */
  endsAt: number
  /** Milliseconds since the epoch; 0 before the first use. */
  lastUsedAt: number
  principal: Principal
}

export interface KeyCheck {
  /** The principal of a key that was checked before, where its row is known and fits; undefined says nothing. */
  recognize(hash: Uint8Array): Principal | undefined
  /**
   * The key's principal, at once where its row is known, or throws AUTH_INVALID_KEY; `rate_limited` where the sender may not make the database look. `onCache` is told whether
   * the database was spared.
   */
  check(
    text: string,
    hash: Uint8Array,
    onCache: (hit: boolean) => void,
    sender: { readonly address: string },
  ): Principal | Promise<Principal>
  /** The principal of the key with this id; undefined when it does not work any more. */
  current(keyId: string): Promise<Principal | undefined>
  forget(keyId: string): void
}

interface KeyCheckParts {
  system: Scope
  now(): number
  lastUsed: LastUsed
  /** Throws `rate_limited` where the address may not make the database look for a credential that was not seen before. */
  admitLookup(address: string): void
}

/** Rows live for less than the 5 s in which a change by another process must count. */
const timeToLive = 4000
const size = 10_000

/** Compared with when there is no row, so that an unknown id takes the same work as a wrong secret. */
const nobody: Uint8Array = new Uint8Array(32)

/** Checks API and ingest keys: the presented text is hashed and compared every time, only rows are cached. */
export function createKeyCheck({ system, now, lastUsed, admitLookup }: KeyCheckParts): KeyCheck {
  const cache = createRowCache<KnownKey>({ read: (id) => readKey(system, id), now, timeToLive, size })
  /** What finds the rows of good keys that may stand in any header, by the head of their hash: to look into their text costs ten times as much. */
  const lookups = new Map<number, string>()
  const opens = (known: KnownKey | undefined, hash: Uint8Array, at: number): known is KnownKey =>
    sameHash(known?.hash ?? nobody, hash) && known !== undefined && at < known.endsAt
  const accept = (known: KnownKey, at: number) => {
    lastUsed.touch(known, at)
    return known.principal
  }
  const remember = (text: string, id: string, { hash }: KnownKey) => {
    if (lookups.size >= size) lookups.clear()
    if (isToken(text)) lookups.set(headOf(hash), id)
  }
  /** A refusal is always a fresh row's: what was changed elsewhere a moment ago may have made the key good. */
  const look = async (text: string, id: string, hash: Uint8Array) => {
    const known = await cache.load(id)
    const at = now()
    if (!opens(known, hash, at)) throw invalidCredential()
    remember(text, id, known)
    return accept(known, at)
  }
  return {
    recognize(hash) {
      const id = lookups.get(headOf(hash))
      if (id === undefined) return undefined
      const at = now()
      const known = cache.peek(id, at)
      return opens(known, hash, at) ? accept(known, at) : undefined
    },
    check(text, hash, onCache, sender) {
      const id = lookupOf(text, hash)
      const at = now()
      const cached = cache.peek(id, at)
      const hit = opens(cached, hash, at)
      onCache(hit)
      if (hit) {
        remember(text, id, cached)
        return accept(cached, at)
      }
      const earlier = cached ?? cache.recall(id)
      if (!earlier || !sameHash(earlier.hash, hash)) admitLookup(sender.address)
      return look(text, id, hash)
    },
    async current(keyId) {
      const known = cache.peek(keyId) ?? (await cache.load(keyId))
      return known && now() < known.endsAt ? known.principal : undefined
    },
    forget: (keyId) => cache.forget((known) => known.id === keyId),
  }
}

/** What finds the row: the id, or the hash for an ingest key: that has no id in it, and one that was issued elsewhere may be any text. */
const lookupOf = (text: string, hash: Uint8Array) => keyIdOf(text) ?? hash.toHex()

/** Its first four bytes. */
const headOf = (hash: Uint8Array) => hash[0]! | (hash[1]! << 8) | (hash[2]! << 16) | (hash[3]! << 24)

async function readKey(system: Scope, lookup: string): Promise<KnownKey | undefined> {
  const [row] = await system.prepared('identity.key', byLookup, { lookup })
  return row && known(row)
}

function byLookup(db: Select, dialect: Dialect) {
  const keys = apiKeys.on(dialect)
  const wanted = sql.placeholder('lookup')
  return db
    .select()
    .from(keys)
    .where(or(eq(keys.id, wanted), eq(keys.hash, wanted)))
    .limit(1)
}

function known(row: KeyRow): KnownKey {
  const ends = [row.expires_at, row.overlap_ends_at, row.revoked_at].map(
    (end) => end?.getTime() ?? Number.POSITIVE_INFINITY,
  )
  return {
    id: row.id,
    hash: Uint8Array.fromHex(row.hash),
    endsAt: row.revoked_at ? 0 : Math.min(...ends),
    lastUsedAt: row.last_used_at?.getTime() ?? 0,
    principal: principalOf(row),
  }
}

const principalOf = (row: KeyRow): Principal =>
  Object.freeze({
    id: row.owner,
    tier: row.tier,
    scopes: Object.freeze([...row.scopes]),
    kind: row.service === null ? ('key' as const) : ('ingest' as const),
    ...(row.limits ? { limits: row.limits } : {}),
    ...(row.service === null ? {} : { service: row.service }),
    credential: row.id,
  })
