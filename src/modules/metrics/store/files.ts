import { resolve } from 'node:path'
import type { DataFile } from '../../../core/module'
import type { MetricsSettings } from '../settings'

/** The log first: what it still holds when the tables are copied is read into them again after a restore, and counted once. */
export function metricsFiles({ SQLITE_DB_PATH }: MetricsSettings, dataDir: string): DataFile[] {
  const from = resolve(dataDir, SQLITE_DB_PATH ?? 'metrics.db')
  return [
    { path: 'metrics.db-log', from: `${from}-log`, kind: 'folder' },
    { path: 'metrics.db', from, kind: 'sqlite' },
  ]
}
