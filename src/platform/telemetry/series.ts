import { collectDefaultMetrics, type Registry } from 'prom-client'
import type { Meter } from '../../core/module'

/** Declares the series of the platform, so that they stand in the exposition from the start and in one place. */
export function declareSeries(meter: Meter): void {
  meter.counter('http_requests_total', 'HTTP requests answered. endpoint is the route pattern.', [
    'method',
    'endpoint',
    'status',
  ])
  meter.histogram('http_request_duration_seconds', 'Seconds to answer an HTTP request.', [
    'method',
    'endpoint',
  ])
  meter.counter('mcp_requests_total', 'MCP requests answered.', ['method', 'tool', 'outcome'])
  meter.histogram('mcp_request_duration_seconds', 'Seconds to answer an MCP request.', ['method', 'tool'])
  meter.gauge('db_pool_connections', 'Open database connections by state.', ['state'])
  meter.histogram('db_query_duration_seconds', 'Seconds of a database transaction.', ['operation'])
}

/** Of prom-client's default series, those that mean nothing outside of Node: Bun reports zeros or address space. */
const meaningless =
  /^(nodejs_heap_space_|nodejs_active_|nodejs_gc_|process_heap_bytes|process_virtual_memory_bytes)/

/** Memory, processor time, file handles, start time and event-loop lag of this process, read when they are asked for. */
export function declareProcessSeries(registry: Registry): void {
  collectDefaultMetrics({ register: registry })
  for (const { name } of registry.getMetricsAsArray()) {
    if (meaningless.test(name)) registry.removeSingleMetric(name)
  }
}
