import type { Logger } from '../../core/module'
import type { TaskLeases } from './leases'
import type { Members, TaskRow } from './tables'
import type { Ending, RunTask } from './tasks'

/** What this process runs. */
export interface Runner {
  begin(row: TaskRow): void
  /** Stops a task; nothing more is written about it. */
  stop(id: string): void
  /** Hands answers to a run that waits for them. */
  answered(row: TaskRow): void
  /** Settles when the task is over or asks something; at once when it does not run here. */
  pausing(id: string): Promise<void>
  /** Stops all and leaves them to others. */
  close(): Promise<void>
}

export interface RunnerParts {
  leases: TaskLeases
  log: Logger
  run: RunTask
  changed(row: Pick<TaskRow, 'owner' | 'id'>): void
  now(): number
  /** Milliseconds between two looks: at what runs here, and at what others left. */
  beatMs: number
}

interface Underway {
  row: TaskRow
  stop: AbortController
  /** Resolved at the first question and at the end. */
  paused: PromiseWithResolvers<void>
  ended: Promise<void>
  /** Set while a question is open. */
  resume?: (answers: Members) => void
}

/** Runs begun before a task is given up: its process died so often. */
const mostAttempts = 3
/** Tasks at once in this process that were left by others. */
const mostTaken = 16

export function createRunner(parts: RunnerParts): Runner {
  const { leases, log, beatMs } = parts
  const underway = new Map<string, Underway>()
  let closed = false

  function begin(row: TaskRow): void {
    const task: Underway = {
      row,
      stop: new AbortController(),
      paused: Promise.withResolvers<void>(),
      ended: Promise.resolve(),
    }
    underway.set(row.id, task)
    const expiry = setTimeout(() => task.stop.abort(), Math.max(0, row.expires_at.getTime() - parts.now()))
    task.ended = conclude(parts, task).finally(() => {
      clearTimeout(expiry)
      underway.delete(row.id)
      task.paused.resolve()
    })
  }

  function answered(row: TaskRow): void {
    if (row.status === 'working') underway.get(row.id)?.resume?.(row.answers ?? {})
  }

  async function beat(): Promise<void> {
    const ids = [...underway.keys()]
    if (ids.length > 0) {
      const kept = new Map((await leases.extend(ids)).map((row) => [row.id, row]))
      for (const id of ids) if (!kept.has(id)) underway.get(id)?.stop.abort()
      for (const row of kept.values()) answered(row)
    }
    if (!closed) for (const row of await leases.takeAbandoned(mostTaken)) begin(row)
  }

  // An outage is told once, not at every beat.
  let failing = false
  const timer = setInterval(() => {
    beat().then(
      () => {
        failing = false
      },
      (error) => {
        if (!failing && !closed) log.warn('tasks cannot be looked after right now', { error })
        failing = true
      },
    )
  }, beatMs).unref()

  return {
    begin,
    stop: (id) => underway.get(id)?.stop.abort(),
    answered,
    pausing: async (id) => underway.get(id)?.paused.promise,
    async close() {
      closed = true
      clearInterval(timer)
      const all = [...underway.values()]
      await leases.release([...underway.keys()])
      for (const task of all) task.stop.abort()
      await Promise.race([Promise.all(all.map(({ ended }) => ended)), Bun.sleep(1000)])
    },
  }
}

/** Runs a task to its end and writes it down; a task that was stopped was written down by whoever stopped it. */
async function conclude(parts: RunnerParts, task: Underway): Promise<void> {
  const { row, stop } = task
  try {
    const ending = row.attempts > mostAttempts ? givenUp : await parts.run(runOf(parts, task))
    if (stop.signal.aborted) return
    const outcome = ending.status === 'completed' ? ending.result : ending.error
    await parts.leases.note(row.id, { status: ending.status, outcome, questions: null })
    parts.changed(row)
  } catch (error) {
    if (!stop.signal.aborted)
      parts.log.error('the end of a task could not be written', { operation: row.tool, error })
  }
}

const givenUp: Ending = {
  status: 'failed',
  error: { code: -32603, message: 'Given up: the server stopped each time while this ran' },
}

/** Progress is written at most this often. */
const progressEveryMs = 1000

function runOf({ leases, changed }: RunnerParts, task: Underway) {
  const { row, stop } = task
  let last = Number.NEGATIVE_INFINITY
  return {
    row,
    signal: stop.signal,
    progress(message: string) {
      if (performance.now() - last < progressEveryMs) return
      last = performance.now()
      leases.note(row.id, { message: message.slice(0, 300) }).then(
        () => changed(row),
        () => {},
      )
    },
    async ask(questions: Members): Promise<Members> {
      const answers = row.answers ?? {}
      const open = Object.fromEntries(Object.entries(questions).filter(([key]) => !(key in answers)))
      if (Object.keys(open).length === 0) return answers
      const { promise, resolve, reject } = Promise.withResolvers<Members>()
      task.resume = (given) => {
        // A look at the row may be older than the question.
        if (!Object.keys(open).every((key) => key in given)) return
        row.answers = given
        resolve(given)
      }
      promise.catch(() => {})
      stop.signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true })
      await leases.note(row.id, { status: 'input_required', questions: open })
      task.paused.resolve()
      changed(row)
      return promise.finally(() => delete task.resume)
    },
  }
}
