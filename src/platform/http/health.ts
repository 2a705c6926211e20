import type { Component } from '../../core/module'
import type { Config } from '../config/settings'
import type { Identity } from '../identity/identity'
import { type Activity, createActivity } from './activity'
import { type ComponentParts, checksOf, type States, stateOf, textOf } from './components'
import { createWatch } from './watch'

export interface HealthParts extends ComponentParts {
  config: Pick<Config, 'ENVIRONMENT' | 'MCP_SERVER_NAME' | 'REDIS_URL'>
  version: string
  identity: Pick<Identity, 'hitRate'>
  /** Milliseconds since the epoch; tests move it. */
  now?: () => number
}

/** The body of a probe or page with its status. */
export interface Report {
  status: number
  body: Record<string, unknown>
  headers?: Record<string, string>
}

/** What the server says about itself. No answer takes longer than two seconds. */
export interface Health {
  /** 200 healthy or degraded, 503 unhealthy. */
  health(): Promise<Report>
  /** Every component by name, and how busy the server is. Always 200. */
  status(): Promise<Report>
  /** 200 while the process lives; looks at nothing. */
  live(): Report
  /** 200 when requests can be served: database there, schema right, not draining. */
  ready(): Promise<Report>
  /** 200 once the schema is right. */
  startup(): Promise<Report>
  /** From now on `ready` answers 503. */
  drain(): void
  readonly activity: Activity
  close(): void
}

export function createHealth(parts: HealthParts): Health {
  const now = parts.now ?? Date.now
  const startedAt = now()
  const activity = createActivity()
  const watch = createWatch(checksOf(parts))
  const uptime = () => Math.max(0, Math.floor((now() - startedAt) / 1000))
  const timestamp = () => new Date(now()).toISOString()
  let draining = false
  return {
    activity,
    live: () => ({ status: 200, body: { status: 'ok' } }),
    async health() {
      const states = await stateOf(watch)
      const head = { status: states.overall, service: parts.config.MCP_SERVER_NAME, version: parts.version }
      const times = { timestamp: timestamp(), uptime_seconds: uptime() }
      const body = { ...head, ...times, ...summary(states, parts) }
      return { status: states.overall === 'unhealthy' ? 503 : 200, body }
    },
    async status() {
      const { overall, components } = await stateOf(watch)
      const head = { overall, timestamp: timestamp(), version: parts.version }
      const place = { environment: parts.config.ENVIRONMENT, uptime_seconds: uptime() }
      const texts = Object.fromEntries(
        Object.entries(components).map(([name, state]) => [name, textOf(state)]),
      )
      return {
        status: 200,
        body: { ...head, ...place, components: texts, metrics: metricsOf(activity, parts) },
      }
    },
    async ready() {
      if (draining) return unready('draining', 'the server is shutting down')
      const { components } = await stateOf(watch)
      return bad(components, 'database') ?? bad(components, 'storage') ?? okay('ready')
    },
    async startup() {
      const { components } = await stateOf(watch)
      return bad(components, 'storage') ?? okay('started')
    },
    drain() {
      draining = true
    },
    close: watch.close,
  }
}

const okay = (status: string): Report => ({ status: 200, body: { status } })

const unready = (status: string, reason: string): Report => ({
  status: 503,
  body: { status, reason },
  headers: { 'Retry-After': '2' },
})

const bad = (components: Record<string, Component>, name: string): Report | undefined =>
  components[name]?.status === 'unhealthy'
    ? unready('unavailable', `${name} ${textOf(components[name])}`)
    : undefined

function summary({ components, external: outer }: States, { config }: HealthParts): Record<string, string> {
  const named = Object.entries(outer).map(([name, state]) => `${name} ${textOf(state)}`)
  return {
    database: textOf(components.database!),
    redis: config.REDIS_URL ? textOf(components.rate_limiter!) : 'not configured',
    external_apis: named.length > 0 ? named.join('; ') : 'not configured',
  }
}

/** Always numbers: dashboards plot them. Before the first credential nothing was answered from the cache. */
function metricsOf(activity: Activity, { identity }: HealthParts): Record<string, number> {
  return {
    active_users: activity.activeUsers(),
    requests_per_minute: activity.requestsPerMinute(),
    cache_hit_rate: identity.hitRate() ?? 0,
  }
}
