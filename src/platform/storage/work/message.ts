import type { Logger } from '../../../core/module'
import type { FaultMessage } from '../local/message'
import type { StorageConfig } from '../storage'

/** The first message to a work thread. */
export interface WorkOpening {
  storage: StorageConfig
  statementSeconds: number
  settings: unknown
  /** The module's own folder. */
  folder: string
}

/** The first message as it is sent: `waiting` is that of the serving thread's turns, null where the database is a server. */
export interface Opening extends WorkOpening {
  waiting: Int32Array | null
}

/** A task to run; `now` is the serving thread's clock. */
export interface TaskMessage {
  run: number
  task: string
  owner: string
  input: unknown
  now: number
}

/** How a task ended. */
export type Outcome = { done: number; answer: unknown } | { done: number; fault: FaultMessage }

/** What the serving thread says. */
export type ToThread =
  | TaskMessage
  | { abort: number }
  | { turn: true }
  | { refused: FaultMessage }
  | { close: true }

/** What the thread says. `wants` and `over` are about its turns to write. */
export type FromThread =
  | Outcome
  | { wants: true }
  | { over: true }
  | { log: keyof Logger; message: string; fields: Record<string, unknown> | undefined }
  | { closed: true }
