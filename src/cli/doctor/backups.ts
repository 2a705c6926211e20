import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readState } from '../../platform/backup/state'
import type { Config } from '../../platform/config/settings'
import { type Finding, pass, warn } from './finding'

const hour = 3600

/** The newest backup's age: against BACKUP_EVERY_HOURS where it is set, else against a week. Nothing is said of a first day without any. */
export function checkBackups(config: Config, now = Date.now() / 1000): Finding[] {
  const { created_at } = readState(config.DATA_DIR!)
  const every = config.BACKUP_EVERY_HOURS
  const next = 'run: holdfast backup create; BACKUP_EVERY_HOURS=24 makes one every day'
  if (created_at === undefined) {
    const age = now - firstSeen(join(config.DATA_DIR!, 'holdfast.db'), now)
    return age < 24 * hour ? [] : [warn('backup', 'there is none yet', next)]
  }
  const age = Math.max(0, now - created_at)
  const detail = `the newest is ${age < 48 * hour ? `${Math.floor(age / hour)} h` : `${Math.floor(age / hour / 24)} days`} old`
  const mayBe = every > 0 ? 2 * every * hour : 7 * 24 * hour
  if (age <= mayBe) return [pass('backup', detail)]
  return [warn('backup', detail, every > 0 ? 'run: holdfast backup create, and look at what it says' : next)]
}

/** Unix seconds at which the file was made; `now` when there is none. */
const firstSeen = (file: string, now: number) =>
  existsSync(file) ? (statSync(file).birthtimeMs || statSync(file).mtimeMs) / 1000 : now
