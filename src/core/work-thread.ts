import type { Scope } from './storage'

/** One run of a task. */
export interface TaskRun {
  /** Rows of the owner that the task runs for, over the thread's own connections. */
  readonly scope: Scope
  readonly signal: AbortSignal
}

/** Work by name that runs inside of a thread, several at a time; input and answer are copied between the threads. */
// biome-ignore lint/suspicious/noExplicitAny: each task knows its own input; the caller states it at the call
export type Tasks = Record<string, (input: any, run: TaskRun) => Promise<unknown>>

/**
 * A thread that does long work on the same rows as the server, so that the serving thread stays free. It is started by its first task and
 * ends after a while without one.
 */
export interface WorkThread {
  /** Runs a task for an owner. Throws what the task throws; an error without a meaning for callers crosses as its message. */
  run<T>(task: string, owner: string, input: unknown, signal: AbortSignal): Promise<T>
  /** Breaks off what runs, then ends the thread. */
  close(): Promise<void>
}
