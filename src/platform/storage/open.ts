import { join } from 'node:path'
import { openPostgres } from './postgres/open'
import { openSqlite } from './sqlite/open'
import type { Storage, StorageConfig, StorageOptions } from './storage'

/**
 * Opens the database: Postgres where `DATABASE_URL` is set, else `<DATA_DIR>/holdfast.db`. Throws AppError `unavailable`
 * when it cannot be reached.
 */
export function openStorage(config: StorageConfig, options: StorageOptions = {}): Promise<Storage> {
  if (config.DATABASE_URL) return openPostgres({ ...config, DATABASE_URL: config.DATABASE_URL }, options)
  return openSqlite(join(config.DATA_DIR ?? './data', 'holdfast.db'), options)
}
