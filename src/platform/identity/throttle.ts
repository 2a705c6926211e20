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
  /** Remembers that the credential is good from this address. */
  accepted(address: string, hash: Uint8Array): void
  /** Counts a failure; throws `rate_limited` when it was one too many. */
  refused(address: string): void
}

const size = 10_000

/** Bounded memory: the oldest addresses and credentials are forgotten first. */
export function createThrottle(limits: Pick<Limits, 'takeAddress'>, now: () => number): Throttle {
  /** Network of the address → from when until when, in milliseconds since the epoch. */
  const blocked = new Map<string, { from: number; until: number }>()
  /** Hash of a good credential → the address it last came from. */
  const goodFrom = new Map<string, string>()
  return {
    admit(address, hash) {
      if (blocked.size === 0) return
      const network = networkOf(address)
      const { from, until } = blocked.get(network) ?? { from: 0, until: 0 }
      const time = now()
      // A clock that was set back does not make the wait longer.
      if (time >= until || time < from) blocked.delete(network)
      else if (!hash || goodFrom.get(textOf(hash)) !== address) throw tooMany(until - time)
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
        if (seconds) put(blocked, networkOf(address), { from, until: from + seconds * 1000 })
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
