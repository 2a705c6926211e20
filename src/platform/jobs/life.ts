import { Database } from 'bun:sqlite'
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../../core/module'
import { createFile } from '../storage/sqlite/file'

/** What tells other processes with the same data folder that this one lives. */
export interface Life {
  /** Names of the workers of this folder whose process has died. */
  dead(): string[]
  /** Forgets workers that were dealt with. */
  forget(workers: readonly string[]): void
  end(): void
}

const ending = '.lock'
/** Where there is no folder. */
export const none: Life = { dead: () => [], forget: () => {}, end: () => {} }

/** Collected as garbage, a database would let go of its lock. */
const kept = new Set<Database>()

/**
 * Holds the lock of an empty SQLite database `workers/NAME.lock` in the data folder, which the system lets go of however the process ends: the
 * runtime has no call of its own for locks. Without a folder that can be written nobody is known to be dead, and leases alone decide.
 */
export function showLife(folder: string, worker: string, log: Logger): Life {
  const workers = join(folder, 'workers')
  const own = join(workers, `${worker}${ending}`)
  try {
    mkdirSync(workers, { recursive: true, mode: 0o700 })
    // Nobody sees it under its name before it is locked.
    const held = lock(`${own}-new`)
    if (!held) throw new Error('its own lock is not to be had')
    kept.add(held)
    renameSync(`${own}-new`, own)
    return {
      dead() {
        try {
          return deadIn(workers, worker)
        } catch (error) {
          log.warn('the locks of other workers cannot be looked at', { error })
          return []
        }
      },
      forget: (names) => {
        for (const name of names) rmSync(join(workers, `${name}${ending}`), { force: true })
      },
      end() {
        kept.delete(held)
        held.close()
        rmSync(own, { force: true })
      },
    }
  } catch (error) {
    log.warn('the data folder takes no lock: after a crash jobs wait for their leases', { error })
    return none
  }
}

/** Undefined when a living process has it. */
function lock(path: string): Database | undefined {
  createFile(path)
  const database = new Database(path)
  try {
    database.run('pragma journal_mode = memory')
    database.run('begin exclusive')
    return database
  } catch {
    database.close()
    return undefined
  }
}

function deadIn(folder: string, worker: string): string[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
  return names.filter((name) => {
    const free = name === worker ? undefined : lock(join(folder, `${name}${ending}`))
    free?.close()
    return free !== undefined
  })
}
