import { AppError } from '../../../core/errors'
import { TooLong } from './effort'
import { errorOf, type Opening, type Reply } from './message'

/** A thread of a local database, seen from the main one; started at its first call. */
export interface Thread {
  /** Throws TooLong where the call takes more than the thread's effort. */
  call(procedure: string, input: unknown): Promise<unknown>
  close(): Promise<void>
}

interface Pending {
  resolve(answer: unknown): void
  reject(error: unknown): void
}

export function createThread(
  opening: Opening,
  spawn: () => Worker,
  hear: (event: unknown) => void = () => {},
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
      else if ('tooLong' in data) waiting?.reject(new TooLong())
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

export const closedError = () =>
  new AppError('unavailable', 'The database is closed', { code: 'database_unavailable' })
