import { AppError } from '../../core/errors'
import type { Usage } from '../../core/module'
import { type Principal, type Window, windows } from '../../core/principal'
import { quotaHeaders } from './headers'
import type { Quota } from './limits'
import type { Span, Taken } from './store'
import type { Plan } from './tiers'

const words: Record<Window, string> = { burst: '10 seconds', hour: 'an hour', day: 'a day', month: '30 days' }

const remaining = (span: Span, used: number) => Math.max(0, span.limit - used)

/** The quota as one window shows it, when that window next changes at `leaves` (ms). */
function describe(plan: Plan, taken: Taken, index: number, leaves: number): Quota {
  const span = plan.spans[index]!
  return {
    window: span.name,
    limit: span.limit,
    remaining: remaining(span, taken.used[index]!),
    reset: Math.ceil(leaves / 1000),
    span,
    resetsIn: Math.max(0, Math.ceil((leaves - taken.at) / 1000)),
    policy: plan.policy,
  }
}

let newest: { plan: Plan; taken: Taken; quota: Quota } | undefined

/** What an admitted call is told. Those that were counted together are told the same. */
export function quotaOf(plan: Plan, taken: Taken): Quota {
  if (newest?.taken !== taken || newest.plan !== plan) newest = { plan, taken, quota: leastOf(plan, taken) }
  return newest.quota
}

/** The window with the least left, the longer one of equals. */
function leastOf(plan: Plan, taken: Taken): Quota {
  let index = 0
  for (let other = 1; other < plan.spans.length; other++) {
    const left = remaining(plan.spans[index]!, taken.used[index]!)
    if (remaining(plan.spans[other]!, taken.used[other]!) <= left) index = other
  }
  return describe(plan, taken, index, taken.leaves[index]!)
}

type Figures = Omit<Usage, 'tier'>

/** Use of every limited window. */
function figuresOf(plan: Plan, taken: Taken): Figures {
  const figures: Figures = { current_usage: {}, limits: {}, reset_times: {}, utilization_percentage: {} }
  plan.spans.forEach(({ name, limit }, index) => {
    const used = taken.used[index]!
    figures.current_usage[name] = used
    figures.limits[name] = limit
    figures.reset_times[name] = new Date(taken.leaves[index]!).toISOString()
    figures.utilization_percentage[name] = limit === 0 ? 100 : Math.round((used / limit) * 10_000) / 100
  })
  return figures
}

const unlimited = Object.fromEntries(windows.map((name) => [name, -1]))

/** A caller's use over its limited windows; the limit of every other one is -1. */
export function usageOf({ tier }: Principal, plan: Plan, taken: Taken): Usage {
  const figures = figuresOf(plan, taken)
  return { tier, ...figures, limits: { ...unlimited, ...figures.limits } }
}

/** 429 for a call that must wait: until every exceeded window has room, in whole seconds. */
export function refusal({ tier }: Principal, plan: Plan, taken: Taken): AppError {
  const { limits, current_usage, reset_times } = figuresOf(plan, taken)
  const quota = describe(plan, taken, taken.blocking, taken.freeAt)
  const retryAfter = Math.max(1, quota.resetsIn)
  const free = new Date(taken.freeAt).toISOString()
  const message =
    `Rate limit exceeded for tier ${tier.toUpperCase()}: ${quota.limit} calls in ${words[quota.window]} are used up. ` +
    `Try again in ${retryAfter} s (${free})`
  return new AppError('rate_limited', message, {
    retryAfter,
    headers: quotaHeaders(quota),
    data: { tier, limits, usage: current_usage, reset_times },
  })
}

/** 403 for a cost that is above a whole window: no waiting can help. */
export function tooCostly({ tier }: Principal, plan: Plan, cost: number): AppError | undefined {
  if (cost <= plan.least) return undefined
  const span = plan.spans.find(({ limit }) => cost > limit)!
  const message =
    `This call costs ${cost}, but tier ${tier.toUpperCase()} allows ${span.limit} in ${words[span.name]}: ` +
    'it can never be admitted. Ask for less at once or for a higher tier'
  const limits = Object.fromEntries(plan.spans.map(({ name, limit }) => [name, limit]))
  return new AppError('upgrade_required', message, {
    code: 'cost_exceeds_limit',
    data: { tier, limits, cost },
  })
}
