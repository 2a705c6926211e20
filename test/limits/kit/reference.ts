import type { Ask } from '../../../src/platform/limits/store'

interface Counted {
  owner: string
  at: number
  cost: number
}

/**
 * What the stores must agree with, written as plainly as it can be: a list of every admitted call. A call counts in a window
 * while it is younger than the window; the calls of one second of one owner all count as made when the last of them was.
 */
export function createReference() {
  const calls: Counted[] = []
  const time = (owner: string, now: number) =>
    Math.max(now, ...calls.filter((call) => call.owner === owner).map((call) => call.at))

  function used(ask: Ask, at: number, seconds: number): number {
    return calls
      .filter((call) => call.owner === ask.owner && call.at > at - seconds * 1000)
      .reduce((sum, call) => sum + call.cost, 0)
  }

  function freeAt(ask: Ask, now: number): number {
    const since = time(ask.owner, now)
    const fits = (at: number) =>
      ask.spans.every((span) => used(ask, at, span.seconds) + ask.cost <= span.limit)
    const leaving = calls.flatMap((call) => ask.spans.map((span) => call.at + span.seconds * 1000))
    return Math.min(...leaving.filter((at) => at > since && fits(at)))
  }

  return {
    /** Calls older than a day (but not than the month) all count as made when the last of their minute was. */
    prune(now: number) {
      const dayStart = Math.floor(now / 1000) - 86_400
      const minute = ({ at }: Counted) => Math.floor(at / 60_000)
      const old = calls.filter(({ at }) => at > now - 2_592_000_000 && Math.floor(at / 1000) < dayStart)
      for (const call of old) {
        const same = old.filter((other) => other.owner === call.owner && minute(other) === minute(call))
        call.at = Math.max(...same.map(({ at }) => at))
      }
    },
    take(ask: Ask, now: number) {
      const at = time(ask.owner, now)
      const before = ask.spans.map((span) => used(ask, at, span.seconds))
      const admitted = ask.spans.every((span, index) => before[index]! + ask.cost <= span.limit)
      if (admitted && ask.cost > 0) {
        const second = Math.floor(at / 1000)
        for (const call of calls) {
          if (call.owner === ask.owner && Math.floor(call.at / 1000) === second) call.at = at
        }
        calls.push({ owner: ask.owner, at, cost: ask.cost })
      }
      const leaves = ask.spans.map((span) => {
        const inside = calls.filter((call) => call.owner === ask.owner && call.at > at - span.seconds * 1000)
        return inside.length === 0 ? now : Math.min(...inside.map((call) => call.at)) + span.seconds * 1000
      })
      return {
        admitted,
        at: now,
        used: ask.spans.map((span) => used(ask, at, span.seconds)),
        leaves,
        freeAt: admitted ? 0 : freeAt(ask, now),
      }
    },
  }
}
