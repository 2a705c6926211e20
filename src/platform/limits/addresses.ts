import { AppError } from '../../core/errors'

/** Requests without a valid credential that one address may send in a minute; many people can stand behind one address. */
export const addressLimit = 150
const minute = 60_000
const capacity = 10_000

interface Count {
  since: number
  requests: number
}

/** The part of an address that one customer holds: an IPv4 address, the /64 of an IPv6 one. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1]!
  if (!address.includes(':')) return address
  const [head = '', tail] = address.toLowerCase().split('%', 1)[0]!.split('::')
  const groups = head.split(':').filter(Boolean)
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter(Boolean).length
  const full = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? '').split(':')]
  return full
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}

function refuse(seconds: number): never {
  throw new AppError(
    'rate_limited',
    `Too many requests without a valid credential: try again in ${seconds} s`,
    {
      retryAfter: seconds,
    },
  )
}

/**
 * Counts by address in this process' memory: a minute begins with an address' first request. At most 10,000 addresses are
 * remembered; the one whose minute began first is forgotten for a new one.
 */
export function createAddresses(now: () => number): (address: string) => void {
  const counts = new Map<string, Count>()
  return (address) => {
    const network = networkOf(address)
    const time = now()
    const count = counts.get(network)
    if (!count || time - count.since >= minute || time < count.since) {
      counts.delete(network)
      if (counts.size >= capacity) counts.delete(counts.keys().next().value!)
      counts.set(network, { since: time, requests: 1 })
    } else if (count.requests >= addressLimit) {
      refuse(Math.max(1, Math.ceil((count.since + minute - time) / 1000)))
    } else {
      count.requests++
    }
  }
}
