import store_up from './0001_store.up.sql' with { type: 'text' }
import rollups_up from './0002_rollups.up.sql' with { type: 'text' }
import rollups_behind_up from './0003_rollups_behind.up.sql' with { type: 'text' }

/** One step of the schema of metrics.db. */
export interface MetricsMigration {
  /** Four digits; the schema version that this step leads to. */
  id: string
  name: string
  up: string
}

/** Every step of metrics.db in order; it is always SQLite, and is brought to this schema when it is opened. */
export const metricsMigrations: readonly MetricsMigration[] = [
  { id: '0001', name: 'store', up: store_up },
  { id: '0002', name: 'rollups', up: rollups_up },
  { id: '0003', name: 'rollups_behind', up: rollups_behind_up },
]
