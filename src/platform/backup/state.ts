import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** When backups last went well, as unix seconds. */
export interface BackupState {
  created_at?: number
  verified_at?: number
}

const file = 'backup-state.json'

/** What is known of this data folder's backups; empty before the first. */
export function readState(dataDir: string): BackupState {
  const path = join(dataDir, file)
  try {
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as BackupState) : {}
  } catch {
    return {}
  }
}

/** Notes a success, for the series and the health page of the server that runs on this folder. */
export function noteState(dataDir: string, change: BackupState): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, file)
  writeFileSync(`${path}.new`, JSON.stringify({ ...readState(dataDir), ...change }), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}
