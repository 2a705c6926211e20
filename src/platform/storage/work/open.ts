import { AppError } from '../../../core/errors'
import type { Logger } from '../../../core/module'
import type { WorkThread } from '../../../core/work-thread'
import { errorOf, faultOf } from '../local/message'
import type { Turn, Turns } from '../storage'
import type { FromThread, Opening, Outcome, ToThread, WorkOpening } from './message'
import { wakeSoon } from './wake-soon'

export interface WorkOptions {
  opening: WorkOpening
  /** Whose file the thread writes to as well; null where the database is a server. */
  turns: Turns | null
  log: Logger
  now(): number
  /** Starts a thread of the program. */
  spawn(): Worker
  /** Milliseconds without a task after which the thread ends. */
  idle?: number
}

/** Milliseconds that a thread has for its last words. */
const patience = 5000

interface Waiting {
  resolve(answer: unknown): void
  reject(error: Error): void
}

/** One life of the thread. */
interface Life {
  run(task: string, owner: string, input: unknown, signal: AbortSignal): Promise<unknown>
  /** Tasks that run. */
  busy(): number
  end(): Promise<void>
}

/** A work thread as the serving thread sees it. */
export function openWork(options: WorkOptions): WorkThread {
  let life: Life | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false
  const rest = () => {
    timer = setTimeout(() => {
      const idle = life
      life = undefined
      void idle?.end()
    }, options.idle ?? 60_000)
    timer.unref()
  }
  return {
    async run<T>(task: string, owner: string, input: unknown, signal: AbortSignal) {
      if (closed) throw new AppError('unavailable', 'The server is closing')
      clearTimeout(timer)
      life ??= startLife(options, () => {
        life = undefined
      })
      const mine = life
      try {
        return (await mine.run(task, owner, input, signal)) as T
      } finally {
        if (life === mine && mine.busy() === 0 && !closed) rest()
      }
    },
    async close() {
      closed = true
      clearTimeout(timer)
      await life?.end()
    },
  }
}

function startLife({ opening, turns, log, now, spawn }: WorkOptions, onLost: () => void): Life {
  wakeSoon()
  const worker = spawn()
  const tell = (message: ToThread) => worker.postMessage(message)
  const lending = lendTurns(turns, tell)
  const tasks = new Map<number, Waiting>()
  const ended = Promise.withResolvers<void>()
  let started = 0

  function lose(why: string): void {
    lending.stop()
    for (const { reject } of tasks.values()) reject(new Error(why))
    tasks.clear()
    ended.resolve()
    onLost()
  }
  function settle(data: Outcome): void {
    const task = tasks.get(data.done)
    tasks.delete(data.done)
    if (tasks.size === 0) worker.unref()
    if ('fault' in data) task?.reject(errorOf(data.fault))
    else task?.resolve(data.answer)
  }
  worker.onmessage = ({ data }: MessageEvent<FromThread>) => {
    if ('done' in data) settle(data)
    else if ('wants' in data) void lending.lend()
    else if ('over' in data) lending.end()
    else if ('log' in data) log[data.log](data.message, data.fields)
    else ended.resolve()
  }
  worker.onerror = (event) => {
    event.preventDefault?.()
    lose(`the thread ended: ${event.message}`)
  }
  worker.addEventListener('close', () => lose('the thread ended'))
  worker.unref()
  worker.postMessage({ ...opening, waiting: turns?.waiting ?? null } satisfies Opening)

  return {
    busy: () => tasks.size,
    run(task, owner, input, signal) {
      signal.throwIfAborted()
      const id = ++started
      const stop = () => tell({ abort: id })
      signal.addEventListener('abort', stop, { once: true })
      worker.ref()
      const done = new Promise((resolve, reject) => tasks.set(id, { resolve, reject }))
      tell({ run: id, task, owner, input, now: now() })
      return done.finally(() => signal.removeEventListener('abort', stop))
    },
    async end() {
      worker.ref()
      tell({ close: true })
      await Promise.race([ended.promise, Bun.sleep(patience)])
      lending.stop()
      worker.terminate()
    },
  }
}

/** The thread's turns among those of this one; whatever becomes of the thread, none is left open. */
function lendTurns(turns: Turns | null, tell: (message: ToThread) => void) {
  let turn: Turn | undefined
  let stopped = false
  const end = () => {
    turn?.end()
    turn = undefined
  }
  return {
    async lend(): Promise<void> {
      try {
        turn = await turns?.take()
        if (stopped) return end()
        tell({ turn: true })
      } catch (error) {
        tell({ refused: faultOf(error) })
      }
    },
    end,
    stop() {
      stopped = true
      end()
    },
  }
}
