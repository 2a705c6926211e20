import type { Reader } from '../../../core/storage'
import type { Transaction } from '../transactions'
import { type Connection, createConnection } from './connection'
import { closedError, explainFault, needsReopening, refusedWrite } from './faults'
import { openReader } from './file'

/** Read-only connections, opened when first needed. */
export interface Readers {
  /** Runs `work` on one of them, in one transaction: everything it reads is of the same moment. `begin` is told, and may refuse it. */
  run<T>(work: (db: Reader, connection: Connection) => Promise<T>, begin?: () => Transaction): Promise<T>
  counts(): { active: number; idle: number; waiting: number }
  close(): void
}

interface Slot {
  connection: Connection
  reader: Reader
}

/**
 * Reads of one round of microtasks share a transaction. It begins with the first of them, and still none sees less than was committed before it
 * was asked for: whoever hears of a commit, of this process or another, comes in a later round.
 */
interface Group {
  slot: Slot | undefined
  /** Where no connection is free. */
  waiting: Promise<Slot> | undefined
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

  const give = (slot: Slot | undefined) => {
    const next = waiting.shift()
    if (next) return next(slot)
    active--
    if (closed) slot?.connection.close()
    else if (slot) idle.push(slot)
  }

  const begin = (group: Group, free: Slot | undefined): Slot => {
    const slot = free ?? open(path, leaveNoTrace)
    group.slot = slot
    slot.connection.statement('begin').run()
    return slot
  }
  /** Where the group reads; its first member begins the transaction. */
  const seat = (group: Group): Slot | Promise<Slot> => {
    if (group.slot) return group.slot
    if (active < most) {
      active++
      return begin(group, idle.pop())
    }
    group.waiting ??= new Promise<Slot | undefined>((resolve) => waiting.push(resolve)).then((slot) =>
      begin(group, slot),
    )
    return group.waiting
  }
  const join = (): Group => {
    if (gathering) {
      gathering.members++
      return gathering
    }
    const group: Group = { slot: undefined, waiting: undefined, members: 1, broken: false }
    gathering = group
    // Callers that were let through together come here in the same round.
    queueMicrotask(() => close(group))
    return group
  }
  const close = (group: Group) => {
    if (gathering === group) gathering = undefined
  }
  const leave = (group: Group) => {
    if (--group.members > 0) return
    close(group)
    const { slot } = group
    if (slot && group.broken) {
      slot.connection.close()
      return give(undefined)
    }
    if (slot?.connection.client.inTransaction) slot.connection.statement('commit').run()
    give(slot)
  }

  return {
    async run(work, begin) {
      if (closed) throw closedError()
      const transaction = begin?.()
      const group = join()
      try {
        const place = seat(group)
        const { reader, connection } = place instanceof Promise ? await place : place
        return await (transaction ? transaction.run(work, reader, connection) : work(reader, connection))
      } catch (error) {
        if (needsReopening(error)) group.broken = true
        throw refusedWrite(error) ? new Error('a read may not write') : explainFault(error)
      } finally {
        leave(group)
        transaction?.end()
      }
    },
    counts: () => ({ active, idle: idle.length, waiting: waiting.length }),
    close: () => {
      closed = true
      for (const { connection } of idle.splice(0)) connection.close()
    },
  }
}
