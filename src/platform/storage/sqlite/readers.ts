import type { Reader } from '../../../core/storage'
import { type Connection, createConnection } from './connection'
import { closedError, needsReopening, refusedWrite } from './faults'
import { openReader } from './file'

/** Read-only connections, opened when first needed. */
export interface Readers {
  /** Runs `work` on one of them, in one transaction: everything it reads is of the same moment. */
  run<T>(work: (db: Reader, connection: Connection) => Promise<T>): Promise<T>
  counts(): { active: number; idle: number; waiting: number }
  close(): void
}

interface Slot {
  connection: Connection
  reader: Reader
}

/** More readers at once wait for one to finish. */
const most = 8

const open = (path: string): Slot => {
  const connection = createConnection(openReader(path))
  return { connection, reader: connection.writer(() => {}) }
}

export function createReaders(path: string): Readers {
  const idle: Slot[] = []
  const waiting: ((slot: Slot | undefined) => void)[] = []
  let active = 0
  let closed = false

  /** A slot, or undefined for the right to open one. */
  const take = (): Promise<Slot | undefined> | Slot | undefined => {
    if (active >= most) return new Promise((resolve) => waiting.push(resolve))
    active++
    return idle.pop()
  }
  const give = (slot: Slot | undefined) => {
    const next = waiting.shift()
    if (next) return next(slot)
    active--
    if (closed) slot?.connection.close()
    else if (slot) idle.push(slot)
  }

  return {
    async run(work) {
      if (closed) throw closedError()
      let slot = await take()
      try {
        slot ??= open(path)
        slot.connection.statement('begin').run()
        return await work(slot.reader, slot.connection)
      } catch (error) {
        if (slot && needsReopening(error)) {
          slot.connection.close()
          slot = undefined
        }
        throw refusedWrite(error) ? new Error('a read may not write') : error
      } finally {
        if (slot?.connection.client.inTransaction) slot.connection.statement('commit').run()
        give(slot)
      }
    },
    counts: () => ({ active, idle: idle.length, waiting: waiting.length }),
    close: () => {
      closed = true
      for (const { connection } of idle.splice(0)) connection.close()
    },
  }
}
