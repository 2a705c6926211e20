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
