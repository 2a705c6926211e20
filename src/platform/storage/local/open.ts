import { existsSync } from 'node:fs'
import type { LocalDatabase } from '../../../core/local-database'
import { TooLong } from './effort'
import { createLane } from './lane'
import { createThread } from './worker-thread'

export interface LocalOptions {
  path: string
  /** Handed to the program as it is. */
  options: unknown
  /** Starts a thread of the program. */
  spawn(): Worker
}

/** Rows that a call may read in the thread that all calls share: some tens of milliseconds. */
export const shortCall = 50_000

/** Long calls that run at a time. */
const longThreads = 2

/** Long calls that may wait, and for how many milliseconds. */
const longWaiting = 32
const patience = 30_000

/** A local database whose threads are started when they are first needed: one writes, one answers urgent calls, one short ones, and two those that are long. */
export function openLocal({ path, options, spawn }: LocalOptions): LocalDatabase {
  const listeners: ((event: unknown) => void)[] = []
  const hear = (event: unknown) => {
    for (const listener of listeners) listener(event)
  }
  const writing = createThread({ path, role: 'writing', options }, spawn, hear)
  const reader = (effort?: number) =>
    createThread({ path, role: 'reading', options, ...(effort && { effort }) }, spawn, hear)
  const quick = reader()
  const short = createLane({ threads: [reader(shortCall)] })
  const long = createLane({
    threads: Array.from({ length: longThreads }, () => reader()),
    most: longWaiting,
    patience,
  })
  // The reading connections find the file made and at its schema.
  let opened: Promise<unknown> | undefined
  const ready = () => {
    opened ??= writing.call('local.open', undefined).catch((error) => {
      opened = undefined
      throw error
    })
    return opened
  }
  const read = async <T>(procedure: string, input?: unknown, { urgent = false } = {}) => {
    await ready()
    if (urgent) return (await quick.call(procedure, input)) as T
    try {
      return (await short.call(procedure, input)) as T
    } catch (error) {
      if (!(error instanceof TooLong)) throw error
      return (await long.call(procedure, input)) as T
    }
  }
  return {
    path,
    exists: () => existsSync(path),
    write: (procedure, input) => writing.call(procedure, input) as Promise<never>,
    read,
    rows: (sql, values = []) => read('local.rows', { sql, values }),
    openCheckpoints() {
      const thread = createThread({ path, role: 'checkpoints', options }, spawn)
      return {
        move: async () => void (await thread.call('local.checkpoint', undefined)),
        close: thread.close,
      }
    },
    onEvent: (listener) => void listeners.push(listener),
    async close() {
      await Promise.all([quick.close(), short.close(), long.close()])
      await writing.close()
    },
  }
}
