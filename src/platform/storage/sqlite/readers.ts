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

/**
 * Reads that were asked for at the same moment. They share a transaction, which begins after the last of them joined, so that none sees less
 * than was committed before it was asked for.
 */
interface Group {
  /** Settles once the transaction has begun. */
  begun: Promise<void>
  slot: Slot | undefined
  members: number
  /** The connection can read no more. */
  broken: boolean
}

/** More groups at once wait for one to finish. */
const most = 8

const open = (path: string, leaveNoTrace: boolean): Slot => {
  const connection = createConnection(openReader(path, leaveNoTrace))
  return { connection, reader: connection.writer(() => {}) }
}

/** Readers of the file at `path`; with `leaveNoTrace` they make no file beside it. */
export function createReaders(path: string, leaveNoTrace = false): Readers {
  const idle: Slot[] = []
  const waiting: ((slot: Slot | undefined) => void)[] = []
  let gathering: Group | undefined
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

  const begin = async (group: Group) => {
    // Callers that were let through together come here in the same round of microtasks.
    await undefined
    gathering = undefined
    group.slot = await take()
    group.slot ??= open(path, leaveNoTrace)
    group.slot.connection.statement('begin').run()
  }
  const join = (): Group => {
    if (gathering) {
      gathering.members++
      return gathering
    }
    const group: Group = { begun: Promise.resolve(), slot: undefined, members: 1, broken: false }
    group.begun = begin(group)
    gathering = group
    return group
  }
  const leave = (group: Group) => {
    if (--group.members > 0) return
    const { slot } = group
    if (slot && group.broken) {
      slot.connection.close()
      return give(undefined)
    }
    if (slot?.connection.client.inTransaction) slot.connection.statement('commit').run()
    give(slot)
  }

  return {
    async run(work) {
      if (closed) throw closedError()
      const group = join()
      try {
        await group.begun
        const { reader, connection } = group.slot!
        return await work(reader, connection)
      } catch (error) {
        if (needsReopening(error)) group.broken = true
        throw refusedWrite(error) ? new Error('a read may not write') : error
      } finally {
        leave(group)
      }
    },
    counts: () => ({ active, idle: idle.length, waiting: waiting.length }),
    close: () => {
      closed = true
      for (const { connection } of idle.splice(0)) connection.close()
    },
  }
}
