import type { Meter } from '../../core/module'
import type { Tier } from '../../core/principal'

const second = 1000

export type Watch = ReturnType<typeof createWatch>

/** The series of quotas. */
export function createWatch(meter: Meter) {
  const hits = meter.counter('rate_limit_hits_total', 'Calls refused because a quota was used up.', ['tier'])
  const tokens = meter.gauge(
    'rate_limit_available_tokens',
    'The fewest calls that a caller of the tier had left in the last second with counted calls.',
    ['service'],
  )
  const lowest = new Map<Tier, { since: number; remaining: number }>()
  meter.onExposition(() => {
    for (const [tier, { remaining }] of lowest) tokens(remaining, { service: `holdfast:${tier}` })
  })
  return {
    refused: (tier: Tier) => hits(1, { tier }),
    /** Keeps the lowest of a second. `time` is the store's, in ms. */
    admitted(tier: Tier, remaining: number, time: number) {
      const known = lowest.get(tier)
      if (!known || time - known.since >= second) lowest.set(tier, { since: time, remaining })
      else if (remaining < known.remaining) known.remaining = remaining
    },
  }
}
