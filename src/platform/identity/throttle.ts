import { AppError } from '../../core/errors'
import { networkOf } from '../limits/addresses'
import type { Limits } from '../limits/limits'

/** Slows down whoever tries credentials out. */
export interface Throttle {
  /**
   * Throws `rate_limited` while the address has used up its failures, without a look at the credential. One that was accepted from this
   * address before still passes: others behind the same address go on working.
   */
  admit(address: string, hash: Uint8Array | undefined): void
  /**
   * Throws `rate_limited` while the address has used up its failures, but for one look a second: a new key behind the same address gets in by
   * trying again, and nobody keeps the database busy.
   */
  admitLookup(address: string): void
  /** Remembers that the credential is good from this address. */
  accepted(address: string, hash: Uint8Array): void
  /** Counts a failure; throws `rate_limited` when it was one too many. */
  refused(address: string): void
}

const size = 10_000
const lookEveryMs = 1000

interface Blocked {
  /** Milliseconds since the epoch. */
  from: number
  until: number
  lookedAt: number
}

/** Bounded memory: the oldest addresses and credentials are forgotten first. */
export function createThrottle(limits: Pick<Limits, 'takeAddress'>, now: () => number): Throttle {
  /** By the network of the address. */
  const blocked = new Map<string, Blocked>()
  /** Hash of a good credential → the address it last came from. */
  const goodFrom = new Map<string, string>()
  /** Undefined when the address may try. A clock that was set back does not make the wait longer. */
  const blockOf = (address: string): Blocked | undefined => {
    if (blocked.size === 0) return undefined
    const network = networkOf(address)
    const block = blocked.get(network)
    if (!block || (now() < block.until && now() >= block.from)) return block
    blocked.delete(network)
    return undefined
  }
  return {
    admit(address, hash) {
      const block = blockOf(address)
      if (block && (!hash || goodFrom.get(textOf(hash)) !== address)) throw tooMany(block.until - now())
    },
    admitLookup(address) {
      const block = blockOf(address)
      if (!block) return
      if (now() - block.lookedAt < lookEveryMs) throw tooMany(block.until - now())
      block.lookedAt = now()
    },
    accepted(address, hash) {
      const credential = textOf(hash)
      if (goodFrom.get(credential) !== address) put(goodFrom, credential, address)
    },
    refused(address) {
      try {
        limits.takeAddress(address)
      } catch (error) {
        const seconds = error instanceof AppError ? error.retryAfter : undefined
        const from = now()
        if (seconds) put(blocked, networkOf(address), { from, until: from + seconds * 1000, lookedAt: from })
        throw error
      }
    },
  }
}

const textOf = (hash: Uint8Array) =>
  Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('latin1')

function put<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key)
  if (map.size >= size) map.delete(map.keys().next().value!)
  map.set(key, value)
}

const tooMany = (leftMs: number) =>
  new AppError('rate_limited', 'Too many failed attempts from this address: wait before the next one', {
    retryAfter: Math.ceil(leftMs / 1000),
  })
