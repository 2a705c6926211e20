/** How busy the server is, for `/status`. */
export interface Activity {
  /** Counts one request, answered at this time of the clock; `principal` is the id of its caller when there is one. */
  record(principal: string | undefined, at?: number): void
  /** Distinct principals of the last five minutes. */
  activeUsers(): number
  /** Requests of the last 60 seconds. */
  requestsPerMinute(): number
}

const activeMs = 5 * 60_000
const mostRemembered = 100_000

/** Memory is bounded: 100,000 principals, 60 counters. `now` is in milliseconds since any moment. */
export function createActivity(now: () => number = () => performance.now()): Activity {
  /** Principal → last seen to the second, in that order. */
  const seen = new Map<string, number>()
  const counts = new Float64Array(60)
  let newest = Math.floor(now() / 1000)

  function advance(time: number): number {
    const second = Math.floor(time / 1000)
    if (second - newest >= 60 || second < newest) counts.fill(0)
    else for (let at = newest + 1; at <= second; at++) counts[at % 60] = 0
    newest = second
    return second
  }

  function forgetQuiet(time: number): void {
    for (const [principal, last] of seen) {
      if (time - last < activeMs && seen.size <= mostRemembered) return
      seen.delete(principal)
    }
  }

  return {
    record(principal, time = now()) {
      counts[advance(time) % 60]! += 1
      if (principal === undefined) return
      const last = seen.get(principal)
      if (last !== undefined && time >= last && time - last < 1000) return
      seen.delete(principal)
      seen.set(principal, time)
      if (seen.size > mostRemembered) forgetQuiet(time)
    },
    activeUsers() {
      forgetQuiet(now())
      return seen.size
    },
    requestsPerMinute() {
      advance(now())
      return counts.reduce((sum, count) => sum + count, 0)
    },
  }
}
