import { mkdirSync } from 'node:fs'
import { setPriority } from 'node:os'
import type { Logger } from '../../../core/module'
import type { ThreadHost, ThreadProgram } from '../../../core/thread-program'
import type { Tasks } from '../../../core/work-thread'
import { errorOf, faultOf } from '../local/message'
import { openStorage } from '../open'
import type { Storage, Turn, Turns } from '../storage'
import type { FromThread, Opening, TaskMessage, ToThread } from './message'

interface Port {
  onmessage: ((event: MessageEvent) => void) | null
  postMessage(message: unknown): void
}

interface Open {
  storage: Storage
  tasks: Tasks
  close(): Promise<void>
}

/** Weight of this thread beside the serving one: about a third. It must not starve, for others wait while it writes. */
const niceness = 5

/** On Linux 0 means the calling thread alone. Elsewhere it would mean the whole process. */
function yieldToServing(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, niceness)
  } catch {
    // Where it is not allowed, work goes on as it is.
  }
}

/** Turns this worker into a work thread that runs `program`. The first message says on which database. */
export function serveWork<C>(port: Port, program: ThreadProgram<C>): void {
  yieldToServing()
  const tell = (message: FromThread) => port.postMessage(message)
  const running = new Map<number, AbortController>()
  let ahead = 0
  port.onmessage = ({ data: opening }: MessageEvent<Opening>) => {
    const turns = createThreadTurns(tell, opening.waiting)
    const opened = openThread(opening, program, { tell, turns, now: () => Date.now() + ahead })
    // Each task that finds it failed says so.
    opened.catch(() => {})
    port.onmessage = ({ data }: MessageEvent<ToThread>) => {
      if ('turn' in data) turns.give()
      else if ('refused' in data) turns.refuse(errorOf(data.refused))
      else if ('abort' in data) running.get(data.abort)?.abort(new Error('the task was broken off'))
      else if ('close' in data) void close()
      else {
        ahead = data.now - Date.now()
        void run(data)
      }
    }
    async function run({ run: id, task, owner, input }: TaskMessage): Promise<void> {
      const abort = new AbortController()
      running.set(id, abort)
      try {
        const { tasks, storage } = await opened
        const answer = await tasks[task]!(input, { scope: storage.as(owner), signal: abort.signal })
        tell({ done: id, answer })
      } catch (error) {
        tell({ done: id, fault: faultOf(error) })
      } finally {
        running.delete(id)
      }
    }
    async function close(): Promise<void> {
      for (const abort of running.values()) abort.abort(new Error('the server is closing'))
      await opened.then((open) => open.close()).catch(() => {})
      tell({ closed: true })
    }
  }
}

interface Surroundings {
  tell(message: FromThread): void
  turns: ThreadTurns
  now(): number
}

async function openThread<C>(
  { storage: config, statementSeconds, settings, folder }: Opening,
  program: ThreadProgram<C>,
  { tell, turns, now }: Surroundings,
): Promise<Open> {
  const storage = await openStorage(config, { statementSeconds, turns })
  const host: ThreadHost<C> = {
    settings: settings as C,
    dialect: storage.dialect,
    log: createThreadLog(tell),
    now,
    newId: () => Bun.randomUUIDv7(),
    folder() {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      return folder
    },
    isTurnOver: turns.isOver,
  }
  const { tasks, close } = program.start(host)
  return {
    storage,
    tasks,
    async close() {
      await close()
      await storage.close()
    },
  }
}

function createThreadLog(tell: (message: FromThread) => void): Logger {
  const line = (log: keyof Logger) => (message: string, fields?: Record<string, unknown>) =>
    tell({ log, message, fields })
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}

interface ThreadTurns extends Turns {
  give(): void
  refuse(error: Error): void
  isOver(): boolean
}

/** Milliseconds of a turn for which nobody waits. */
const longest = 8

/** Turns as the thread sees them: asked for and ended by messages, one at a time. A server's database has none, and `waiting` is null. */
function createThreadTurns(tell: (message: FromThread) => void, waiting: Int32Array | null): ThreadTurns {
  let asking: { resolve(turn: Turn): void; reject(error: Error): void } | undefined
  let began = 0
  const settle = () => {
    const asked = asking
    asking = undefined
    return asked
  }
  return {
    waiting: waiting ?? new Int32Array(1),
    take: () =>
      new Promise((resolve, reject) => {
        asking = { resolve, reject }
        tell({ wants: true })
      }),
    give() {
      began = performance.now()
      settle()?.resolve({ end: () => tell({ over: true }) })
    },
    refuse: (error) => settle()?.reject(error),
    isOver: () => waiting !== null && (Atomics.load(waiting, 0) > 0 || performance.now() - began > longest),
  }
}
