import type { Principal, Window } from '../../core/principal'
import { windows } from '../../core/principal'
import type { TierTable } from './limits'
import type { Span } from './store'

/** Length of each window in seconds; a month is 30 days. */
export const windowSeconds: Record<Window, number> = { burst: 10, hour: 3600, day: 86_400, month: 2_592_000 }

/** Calls that each window admits. */
export const tierTable: TierTable = {
  free: { burst: 20, hour: 100, day: 1000, month: 10_000 },
  basic: { burst: 50, hour: 500, day: 5000, month: 50_000 },
  solo: { burst: 50, hour: 1000, day: 5000, month: 100_000 },
  premium: { burst: 100, hour: 1000, day: 10_000, month: 100_000 },
  team: { burst: 500, hour: 10_000, day: 50_000, month: 1_000_000 },
  enterprise: { burst: -1, hour: -1, day: -1, month: -1 },
}

/** The limited windows of a caller, shortest first, and their `RateLimit-Policy`. */
export interface Plan {
  spans: readonly Span[]
  policy: string
  /** What the smallest of them admits; Infinity without one. */
  least: number
}

function createPlan(limits: Record<Window, number>): Plan {
  const limited = windows.filter((name) => limits[name] >= 0)
  const spans = limited.map((name) => ({ name, seconds: windowSeconds[name], limit: limits[name] }))
  const least = Math.min(...spans.map(({ limit }) => limit))
  return {
    spans,
    least,
    policy: spans.map((span) => `"${span.name}";q=${span.limit};w=${span.seconds}`).join(', '),
  }
}

const tierPlans = Object.fromEntries(
  Object.entries(tierTable).map(([tier, limits]) => [tier, createPlan(limits)]),
) as Record<keyof TierTable, Plan>

/** Plans of callers with limits of their own; a principal lives as long as the cached row of its credential. */
const ownPlans = new WeakMap<Principal, Plan>()

/** What a caller may use: its tier's windows, each replaced by the credential's own limit where it names one. */
export function getPlan(principal: Principal): Plan {
  const { tier, limits } = principal
  if (!limits) return tierPlans[tier]
  let plan = ownPlans.get(principal)
  if (!plan) {
    const merged = windows.map((name) => [name, limits[name] ?? tierTable[tier][name]])
    plan = createPlan(Object.fromEntries(merged))
    ownPlans.set(principal, plan)
  }
  return plan
}
