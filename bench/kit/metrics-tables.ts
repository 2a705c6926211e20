import type { Database } from 'bun:sqlite'
import { metricsMigrations } from '../../migrations/metrics'
import type { LocalConnection } from '../../src/core/local-database'
import { createLocalConnection } from '../../src/platform/storage/local/connection'
import { applySteps } from '../../src/platform/storage/local/steps'
import { openWriter } from '../../src/platform/storage/local/writer'

/** Empty tables of metrics in a new file at `path`, opened as the server opens them. */
export function openMetricsTables(path: string): { client: Database; db: LocalConnection } {
  const client = openWriter(path)
  const db = createLocalConnection(client, path)
  applySteps(db, metricsMigrations)
  return { client, db }
}
