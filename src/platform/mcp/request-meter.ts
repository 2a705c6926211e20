import type { Meter } from '../../core/module'
import { perKey, perPair } from '../../core/per-key'

/** Counts one answered request. `tool` is null for everything but a call of a known tool. */
export type CountRequest = (method: unknown, tool: string | null, outcome: string, seconds: number) => void

const methods = new Set([
  'initialize',
  'ping',
  'server/discover',
  'subscriptions/listen',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
  'logging/setLevel',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
])

/** Labels are bounded: a method that the protocol does not know counts as `other`. */
export function createRequestMeter(meter: Meter): CountRequest {
  const count = meter.counter('mcp_requests_total', 'MCP requests answered.', ['method', 'tool', 'outcome'])
  const observe = meter.histogram('mcp_request_duration_seconds', 'Seconds to answer an MCP request.', [
    'method',
    'tool',
  ])
  const seriesOf = perPair((method: string, tool: string) => ({
    observe: observe.bind({ method, tool }),
    count: perKey((outcome: string) => count.bind({ method, tool, outcome })),
  }))
  return (named, known, outcome, seconds) => {
    const method = typeof named === 'string' && methods.has(named) ? named : 'other'
    const series = seriesOf(method, method === 'tools/call' ? (known ?? 'other') : '')
    series.observe(seconds)
    series.count(outcome)()
  }
}
