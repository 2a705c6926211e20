import { AppError } from '../../../core/errors'
import type { LocalConnection } from '../../../core/local-database'
import { rounded } from '../query/aggregation'
import { type Collected, collect } from '../query/collect'
import type { Period } from '../query/period'
import type { Plan } from '../query/plan'
import type { Selection } from '../query/selection'
import { mergeRollup, newRollup, type Rollup } from '../rollups/rollup'
import { quantile } from '../rollups/summary'
import { requestTypes } from './ranges'

/** What the page asks of the reading thread; times in milliseconds, `from` at the start of a step. */
export interface Question {
  from: number
  to: number
  step: number
  type: string | undefined
  service: string | undefined
}

/** Requests, failures and reported latency. */
export interface Measures {
  calls: number
  errors: number
  error_percent: number
  p50_ms: number | null
  p95_ms: number | null
  p99_ms: number | null
}

export interface Overview {
  /** ISO 8601. */
  from: string
  to: string
  source: Collected['source']
  step_seconds: number
  /** Time that the numbers are about. */
  seconds: number
  totals: Measures
  /** Columns of equal length; null where nothing was reported. */
  series: {
    /** Starts of the steps, in seconds since the epoch. */
    at: number[]
    calls_per_second: number[]
    errors_per_second: number[]
    error_percent: (number | null)[]
    p50_ms: (number | null)[]
    p95_ms: (number | null)[]
    p99_ms: (number | null)[]
  }
  tools: (Measures & { tool: string | null })[]
  services: (Measures & { service: string })[]
}

const hour = 3_600_000

/** Everything that the page shows. */
export function measureOverview(db: LocalConnection, question: Question): Overview {
  const { collected, step } = collectSteps(db, question)
  const steps = new Map<number, Rollup>()
  const services = new Map<string, Rollup>()
  const total = newRollup()
  for (const group of requestsOnly(collected)) {
    const [service] = group.values
    mergeRollup(take(services, service!), group.total)
    if (question.service !== undefined && service !== question.service) continue
    mergeRollup(total, group.total)
    for (const [at, rollup] of group.steps()) mergeRollup(take(steps, at), rollup)
  }
  // Hours reach further than what was asked for: the numbers are about all that was looked at.
  const { from } = collected.period
  const to = Math.min(collected.period.to, question.to)
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    source: collected.source,
    step_seconds: step / 1000,
    seconds: (to - from) / 1000,
    totals: measuresOf(total),
    series: seriesOf(steps, { from, to }, step),
    tools: toolsOf(db, question, collected),
    services: servicesOf(services),
  }
}

/** Where there are too many metrics for fine steps, hours do. */
function collectSteps(db: LocalConnection, { from, to, step, type }: Question) {
  const of = (length: number) => ({
    step: length,
    collected: collect(db, {
      period: { from: Math.floor(from / length) * length, to },
      step: length,
      quantiles: 'duration_ms',
      type,
      dimensions: {},
      groupBy: ['service', 'type'],
    }),
  })
  try {
    return of(step)
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'invalid' || step % hour === 0) throw error
    return of(hour)
  }
}

/** Groups whose type, the second of their values, is a kind of request. */
const requestsOnly = ({ groups }: Collected) =>
  groups.filter(({ values }) => Object.hasOwn(requestTypes, values[1] ?? ''))

function take<K>(rollups: Map<K, Rollup>, key: K): Rollup {
  const found = rollups.get(key) ?? newRollup()
  rollups.set(key, found)
  return found
}

function measuresOf({ failures, value: { count }, duration }: Rollup): Measures {
  return {
    calls: count,
    errors: failures,
    error_percent: count === 0 ? 0 : rounded((100 * failures) / count)!,
    p50_ms: rounded(quantile(duration, 0.5)),
    p95_ms: rounded(quantile(duration, 0.95)),
    p99_ms: rounded(quantile(duration, 0.99)),
  }
}

/** A step that has just begun tells little: its rate would jump. */
const leastShare = 0.2

function seriesOf(steps: Map<number, Rollup>, { from, to }: Period, step: number): Overview['series'] {
  const starts: number[] = []
  for (let at = Math.floor(from / step) * step; to - at >= leastShare * step; at += step) starts.push(at)
  const rows = starts.map((at) => {
    const rollup = steps.get(at) ?? newRollup()
    return { ...measuresOf(rollup), seconds: (Math.min(at + step, to) - at) / 1000 }
  })
  return {
    at: starts.map((at) => at / 1000),
    calls_per_second: rows.map(({ calls, seconds }) => calls / seconds),
    errors_per_second: rows.map(({ errors, seconds }) => errors / seconds),
    error_percent: rows.map(({ calls, error_percent }) => (calls > 0 ? error_percent : null)),
    p50_ms: rows.map(({ p50_ms }) => p50_ms),
    p95_ms: rows.map(({ p95_ms }) => p95_ms),
    p99_ms: rows.map(({ p99_ms }) => p99_ms),
  }
}

const mostRows = 50
const byCalls = (a: Measures, b: Measures) => b.calls - a.calls

function toolsOf(db: LocalConnection, { service, type }: Question, plan: Plan): Overview['tools'] {
  if (type !== undefined && type !== 'tool_execution') return []
  const selection: Selection = {
    type: 'tool_execution',
    service,
    dimensions: {},
    groupBy: ['tool_name'],
    quantiles: 'duration_ms',
    period: plan.period,
  }
  return collect(db, selection, plan)
    .groups.map(({ values: [tool = null], total }) => ({ tool, ...measuresOf(total) }))
    .sort(byCalls)
    .slice(0, mostRows)
}

/** Of every service, also while one is chosen: the page offers them for choice. */
const servicesOf = (services: Map<string, Rollup>): Overview['services'] =>
  [...services]
    .map(([service, rollup]) => ({ service, ...measuresOf(rollup) }))
    .sort(byCalls)
    .slice(0, mostRows)
