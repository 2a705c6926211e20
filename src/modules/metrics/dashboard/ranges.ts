const [second, minute, hour] = [1000, 60_000, 3_600_000]

interface Range {
  /** Milliseconds. */
  length: number
  step: number
  /** Seconds between two looks while the page is live. */
  every: number
}

/** Ranges that can be chosen on the page. */
export const ranges: Record<string, Range> = {
  '15m': { length: 15 * minute, step: 10 * second, every: 5 },
  '1h': { length: hour, step: 30 * second, every: 10 },
  '6h': { length: 6 * hour, step: 3 * minute, every: 30 },
  '24h': { length: 24 * hour, step: 15 * minute, every: 60 },
  '7d': { length: 7 * 24 * hour, step: hour, every: 300 },
  '30d': { length: 30 * 24 * hour, step: 6 * hour, every: 600 },
}

/** Types whose metrics are requests of some kind, as the page names them. */
export const requestTypes: Record<string, string> = {
  tool_execution: 'Tool executions',
  auth_request: 'Authentication',
  tool_discovery: 'Tool discovery',
  registry_operation: 'Registry operations',
  health_check: 'Health checks',
}
