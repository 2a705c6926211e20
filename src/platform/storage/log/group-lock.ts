import { Database, SQLiteError } from 'bun:sqlite'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { AppError } from '../../../core/errors'
import { createFile } from '../sqlite/file'

/** Lets one process at a time write to a log. The system lets go of it however the process ends. */
export interface GroupLock {
  /**
   * Resolves when this process has it: true where it was taken anew, so that another one may have written meanwhile. Throws when another does not let go of it,
   * or when it cannot be had at all.
   */
  hold(): Promise<boolean>
  /** A group is written. The next one finds the lock held, unless another process wants it or none comes for a moment. */
  rest(): void
  close(): void
}

/** Milliseconds that a process which writes nothing keeps it: to take it costs some ten calls of the system. */
const idleMs = 20
/** Milliseconds between two attempts. */
const attemptMs = 2
/** Milliseconds for which a process that was asked for it leaves it to the others. */
const leaveMs = 10
/** Milliseconds after which a process that keeps it is taken for one that hangs. */
const patienceMs = 5000

/**
 * The lock of an empty SQLite database at `path`: the runtime has no call of its own for locks between processes. Who waits leaves a file beside it, which the
 * holder sees after its group.
 */
export function createGroupLock(path: string): GroupLock {
  const wanted = `${path}-wanted`
  let client: Database | undefined
  let held = false
  let leftUntil = 0
  let idle: ReturnType<typeof setTimeout> | undefined

  const close = () => {
    clearTimeout(idle)
    client?.close()
    client = undefined
    held = false
  }
  const letGo = () => {
    if (client?.inTransaction) client.run('rollback')
    held = false
  }
  const take = (): boolean => {
    try {
      createFile(path)
      client ??= new Database(path)
      client.run('begin exclusive')
      held = true
      return true
    } catch (error) {
      if (error instanceof SQLiteError && error.code === 'SQLITE_BUSY') return false
      close()
      throw error instanceof SQLiteError ? refused('its lock cannot be taken: check the disk', error) : error
    }
  }
  const wait = async () => {
    const deadline = performance.now() + patienceMs
    do {
      if (performance.now() > deadline) throw refused('another process keeps its lock: end that one')
      writeFileSync(wanted, '', { mode: 0o600 })
      await Bun.sleep(attemptMs)
    } while (!take())
    rmSync(wanted, { force: true })
  }
  return {
    async hold() {
      clearTimeout(idle)
      if (held) return false
      if (performance.now() < leftUntil) await Bun.sleep(leaveMs)
      if (!take()) await wait()
      return true
    },
    rest() {
      if (!held) return
      if (!existsSync(wanted)) {
        idle = setTimeout(letGo, idleMs).unref()
        return
      }
      rmSync(wanted, { force: true })
      letGo()
      leftUntil = performance.now() + leaveMs
    },
    close,
  }
}

const refused = (why: string, cause?: Error) =>
  new AppError('unavailable', `The log in the data folder cannot be written: ${why}`, {
    code: 'database_unavailable',
    retryAfter: 1,
    cause,
  })
