import type { StorageConfig } from '../open'
import type { Storage, StorageOptions } from '../storage'

/** Opens Postgres. */
export async function openPostgres(
  _config: StorageConfig & { DATABASE_URL: string },
  _options: StorageOptions,
): Promise<Storage> {
  throw new Error('Postgres is not built in yet')
}
