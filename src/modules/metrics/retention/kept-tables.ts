/** A table that has a policy, by the name that the predecessor gave it. */
export interface KeptTable {
  name: string
  /** Days when nobody has said otherwise; null takes METRICS_RETENTION_DAYS. */
  days: number | null
  /** Column that ages rows, as policies show it. */
  column: 'created_at' | 'timestamp'
  /** Type of the rows that it shows, for those over `samples`; null shows every type. Absent for tables of their own. */
  type?: string | null
  /** Where its rows stand otherwise, and which column ages them: milliseconds, or text in UTC. */
  rows?: {
    table: 'rollup_hours' | 'rollup_days' | 'api_key_usage_log'
    column: string
    as: 'milliseconds' | 'text'
  }
}

/** Every table that a policy can be given for. */
export const keptTables: readonly KeptTable[] = [
  { name: 'metrics', days: null, column: 'created_at', type: null },
  { name: 'auth_metrics', days: null, column: 'created_at', type: 'auth_request' },
  { name: 'discovery_metrics', days: null, column: 'created_at', type: 'tool_discovery' },
  { name: 'tool_metrics', days: null, column: 'created_at', type: 'tool_execution' },
  {
    name: 'metrics_hourly',
    days: 365,
    column: 'created_at',
    rows: { table: 'rollup_hours', column: 'at', as: 'milliseconds' },
  },
  {
    name: 'metrics_daily',
    days: 1095,
    column: 'created_at',
    rows: { table: 'rollup_days', column: 'at', as: 'milliseconds' },
  },
  {
    name: 'api_key_usage_log',
    days: 90,
    column: 'timestamp',
    rows: { table: 'api_key_usage_log', column: 'timestamp', as: 'text' },
  },
]

/** Milliseconds of a day. */
export const day = 86_400_000

/** What a query compares with: milliseconds, or the predecessor's text. */
export const boundOf = (as: 'milliseconds' | 'text', at: number): string | number =>
  as === 'milliseconds' ? at : new Date(at).toISOString().slice(0, 19).replace('T', ' ')
