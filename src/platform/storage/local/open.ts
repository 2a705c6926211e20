import { existsSync } from 'node:fs'
import { AppError } from '../../../core/errors'
import type { LocalDatabase } from '../../../core/local-database'
import { errorOf, type Opening, type Reply, type Role } from './message'

export interface LocalOptions {
  path: string
  /** Handed to the program as it is. */
  options: unknown
  /** Starts a thread of the program. */
  spawn(): Worker
}

/** A local database whose two threads are started when they are first needed. */
export function openLocal({ path, options, spawn }: LocalOptions): LocalDatabase {
  const listeners: ((event: unknown) => void)[] = []
  const hear = (event: unknown) => {
    for (const listener of listeners) listener(event)
  }
  const writing = createThread({ path, role: 'writing', options }, spawn, hear)
  const reading = createThread({ path, role: 'reading', options }, spawn, hear)
  // The reading connection finds the file made and at its schema.
  let opened: Promise<unknown> | undefined
  const ready = () => {
    opened ??= writing.call('local.open', undefined).catch((error) => {
      opened = undefined
      throw error
    })
    return opened
  }
  const read = async <T>(procedure: string, input: unknown) => {
    await ready()
    return reading.call(procedure, input) as Promise<T>
  }
  return {
    path,
    exists: () => existsSync(path),
    write: (procedure, input) => writing.call(procedure, input) as Promise<never>,
    read,
    rows: (sql, values = []) => read('local.rows', { sql, values }),
    onEvent: (listener) => void listeners.push(listener),
    async close() {
      await reading.close()
      await writing.close()
    },
  }
}

interface Thread {
  call(procedure: string, input: unknown): Promise<unknown>
  close(): Promise<void>
}

interface Pending {
  resolve(answer: unknown): void
  reject(error: unknown): void
}

const closedError = () =>
  new AppError('unavailable', 'The database is closed', { code: 'database_unavailable' })

function createThread(
  opening: Opening & { role: Role },
  spawn: () => Worker,
  hear: (event: unknown) => void,
): Thread {
  const pending = new Map<number, Pending>()
  let worker: Worker | undefined
  let calls = 0
  let closed = false

  const fail = (why: string) => {
    for (const { reject } of pending.values()) reject(new Error(why))
    pending.clear()
    worker = undefined
  }
  const start = () => {
    const started = spawn()
    started.onmessage = ({ data }: MessageEvent<Reply>) => {
      if ('event' in data) return hear(data.event)
      const waiting = pending.get(data.id)
      pending.delete(data.id)
      if (pending.size === 0) started.unref()
      if ('fault' in data) waiting?.reject(errorOf(data.fault))
      else waiting?.resolve(data.answer)
    }
    started.onerror = ({ message }) => fail(`the thread of ${opening.path} ended: ${message}`)
    started.postMessage(opening)
    return started
  }
  const call = (procedure: string, input: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      worker ??= start()
      worker.ref()
      pending.set(++calls, { resolve, reject })
      worker.postMessage({ id: calls, procedure, input })
    })
  return {
    call: (procedure, input) => (closed ? Promise.reject(closedError()) : call(procedure, input)),
    async close() {
      if (closed) return
      closed = true
      if (worker) await call('local.close', undefined).catch(() => {})
      worker?.terminate()
      worker = undefined
    },
  }
}
