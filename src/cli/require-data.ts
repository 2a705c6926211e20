import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Loaded } from '../platform/config/load'

/** Throws where these settings mean a SQLite database that was never made: most likely the folder is mistyped. */
export function requireData({ config }: Loaded): void {
  const { DATABASE_URL, DATA_DIR = './data' } = config
  if (DATABASE_URL || existsSync(join(DATA_DIR, 'holdfast.db'))) return
  throw new Error(`there is no data in ${DATA_DIR}: check --data-dir (DATA_DIR), or start the server once`)
}
