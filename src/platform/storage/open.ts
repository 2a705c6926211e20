import { join } from 'node:path'
import type { Config } from '../config/settings'
import { openPostgres } from './postgres/open'
import { openSqlite } from './sqlite/open'
import type { Storage, StorageOptions } from './storage'

/** What decides where rows live. */
export type StorageConfig = Pick<
  Config,
  'DATA_DIR' | 'DATABASE_URL' | 'DATABASE_POOL_SIZE' | 'DATABASE_SSL_CA'
>

/**
 * Opens the database: Postgres where `DATABASE_URL` is set, else `<DATA_DIR>/holdfast.db`. Throws AppError `unavailable`
 * when it cannot be reached.
 */
export function openStorage(config: StorageConfig, options: StorageOptions = {}): Promise<Storage> {
  if (config.DATABASE_URL) return openPostgres({ ...config, DATABASE_URL: config.DATABASE_URL }, options)
  return openSqlite(join(config.DATA_DIR ?? './data', 'holdfast.db'), options)
}
