import store_up from './0001_store.up.sql' with { type: 'text' }

/** One step of the schema of metrics.db. */
export interface MetricsMigration {
  /** Four digits; the schema version that this step leads to. */
  id: string
  name: string
  up: string
}

/** Every step of metrics.db in order; it is always SQLite, and is brought to this schema when it is opened. */
export const metricsMigrations: readonly MetricsMigration[] = [{ id: '0001', name: 'store', up: store_up }]
