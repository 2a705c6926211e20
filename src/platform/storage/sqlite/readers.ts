import type { Build, Reader } from '../../../core/storage'
import type { Transaction, Transactions } from '../transactions'
import { type Connection, createConnection } from './connection'
import { closedError, explainFault, needsReopening, refusedWrite } from './faults'
import { openReader } from './file'
import type { Params } from './prepared'

/** Read-only connections, opened when first needed. */
export interface Readers {
  /** Runs `work` on one of them, in one transaction: everything it reads is of the same moment. `transactions` are told, and may refuse it. */
  run<T>(work: (db: Reader, connection: Connection) => Promise<T>, transactions?: Transactions): Promise<T>
  /** The same for one query that is built once per `name`. */
  ask<T>(name: string, build: Build<T>, params: Params | undefined, transactions: Transactions): Promise<T>
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
  /** What the single queries of a round are to `Transactions`: one. */
  asked: Transaction | undefined
  /** The connection can read no more. */
  broken: boolean
}

/** More groups at once wait for one to finish. */
const most = 8

const open = (path: string, leaveNoTrace: boolean): Slot => {
  const connection = createConnection(openReader(path, leaveNoTrace))
  return { connection, reader: connection.writer(() => {}) }
}

/** The connections, each for one group at a time. */
function createSlots(path: string, leaveNoTrace: boolean) {
  const idle: Slot[] = []
  const waiting: ((slot: Slot | undefined) => void)[] = []
  let active = 0
  let closed = false

  /** `slot` is undefined for one that is no more. */
  const give = (slot: Slot | undefined) => {
    const next = waiting.shift()
    if (next) return next(slot)
    active--
    if (closed) slot?.connection.close()
    else if (slot) idle.push(slot)
  }
  const opened = (slot: Slot | undefined): Slot => {
    try {
      return slot ?? open(path, leaveNoTrace)
    } catch (error) {
      give(undefined)
      throw error
    }
  }
  return {
    take(): Slot | Promise<Slot> {
      if (active >= most) return new Promise<Slot | undefined>((free) => waiting.push(free)).then(opened)
      active++
      return opened(idle.pop())
    },
    give,
    isClosed: () => closed,
    isFree: () => !closed && active < most,
    counts: () => ({ active, idle: idle.length, waiting: waiting.length }),
    close() {
      closed = true
      for (const { connection } of idle.splice(0)) connection.close()
    },
  }
}

/** Readers of the file at `path`; with `leaveNoTrace` they make no file beside it. */
export function createReaders(path: string, leaveNoTrace = false): Readers {
  const slots = createSlots(path, leaveNoTrace)
  let gathering: Group | undefined

  const join = (): Group => {
    if (!gathering) {
      gathering = { slot: undefined, waiting: undefined, members: 1, asked: undefined, broken: false }
      // Callers that were let through together come here in the same round, which is a member itself.
      queueMicrotask(endRound)
    }
    gathering.members++
    return gathering
  }
  const endRound = () => {
    const group = gathering!
    gathering = undefined
    leave(group)
    group.asked?.end()
  }
  const leave = (group: Group) => {
    if (--group.members > 0) return
    const { slot, broken } = group
    if (!slot) return
    if (broken) slot.connection.close()
    else if (slot.connection.client.inTransaction) slot.connection.statement('commit').run()
    slots.give(broken ? undefined : slot)
  }

  /** Where a connection is free. */
  function askAtOnce<T>(
    name: string,
    build: Build<T>,
    params: Params | undefined,
    transactions: Transactions,
  ): T {
    transactions.check('read')
    const group = join()
    group.asked ??= transactions.begin('read')
    try {
      const { connection } = group.slot ?? (seat(group, slots.take) as Slot)
      return connection.ask(name, build, params)
    } catch (error) {
      throw failure(group, error)
    } finally {
      leave(group)
    }
  }

  const readers: Readers = {
    async run(work, transactions) {
      if (slots.isClosed()) throw closedError()
      const transaction = transactions?.begin('read')
      const group = join()
      try {
        const place = group.slot ?? seat(group, slots.take)
        // Who waited here where there is nothing to wait for would come after those that join later.
        const { reader, connection } = place instanceof Promise ? await place : place
        return await (transaction ? transaction.run(work, reader, connection) : work(reader, connection))
      } catch (error) {
        throw failure(group, error)
      } finally {
        leave(group)
        transaction?.end()
      }
    },
    ask(name, build, params, transactions) {
      // A round that waits for a connection goes on waiting, also where another comes free meanwhile.
      if (gathering ? !gathering.slot : !slots.isFree())
        return readers.run((db) => db.prepared(name, build, params), transactions)
      try {
        return Promise.resolve(askAtOnce(name, build, params, transactions))
      } catch (error) {
        return Promise.reject(error)
      }
    },
    counts: slots.counts,
    close: slots.close,
  }
  return readers
}

function failure(group: Group, error: unknown): unknown {
  if (needsReopening(error)) group.broken = true
  return refusedWrite(error) ? new Error('a read may not write') : explainFault(error)
}

/** Where the group reads: its first member begins the transaction, at once where a connection is free. */
function seat(group: Group, take: () => Slot | Promise<Slot>): Slot | Promise<Slot> {
  if (group.waiting) return group.waiting
  const slot = take()
  if (!(slot instanceof Promise)) return begin(group, slot)
  group.waiting = slot.then((free) => begin(group, free))
  return group.waiting
}

function begin(group: Group, slot: Slot): Slot {
  group.slot = slot
  slot.connection.statement('begin').run()
  return slot
}
