import { AppError } from '../../../core/errors'
import { closedError, type Thread } from './worker-thread'

/** Calls that wait for a thread, and the threads that take them, each one at a time. */
export interface Lane {
  /** Throws `unavailable` when too many wait, or when it waited too long. */
  call(procedure: string, input: unknown): Promise<unknown>
  /** Lets what was called end. */
  close(): Promise<void>
}

export interface LaneOptions {
  threads: readonly Thread[]
  /** Calls that may wait; without it any number. */
  most?: number
  /** Milliseconds after which a call is no longer begun: whoever asked has gone. */
  patience?: number
}

interface Waiting {
  run(thread: Thread): Promise<void>
  refuse(error: unknown): void
  since: number
}

export function createLane({ threads, most = Infinity, patience = Infinity }: LaneOptions): Lane {
  const free = [...threads]
  const waiting: Waiting[] = []
  const running = new Set<Promise<void>>()
  let closed = false

  const next = () => {
    while (waiting.length > 0 && free.length > 0) {
      const call = waiting.shift()!
      if (performance.now() - call.since > patience) call.refuse(tooBusy())
      else begin(call, free.shift()!)
    }
  }
  const begin = (call: Waiting, thread: Thread) => {
    const run = call.run(thread).then(() => {
      running.delete(run)
      // The one that was used last is warm.
      free.unshift(thread)
      next()
    })
    running.add(run)
  }
  return {
    call: (procedure, input) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(closedError())
        if (waiting.length >= most) return reject(tooBusy())
        const run = (thread: Thread) => thread.call(procedure, input).then(resolve, reject)
        waiting.push({ run, refuse: reject, since: performance.now() })
        next()
      }),
    async close() {
      closed = true
      while (running.size > 0) await Promise.all(running)
      await Promise.all(threads.map((thread) => thread.close()))
    },
  }
}

const tooBusy = () =>
  new AppError(
    'unavailable',
    'Too many long queries are asked for at once: ask for a shorter period, or again later',
    {
      code: 'too_many_queries',
      retryAfter: 5,
    },
  )
