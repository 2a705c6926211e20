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
  | { turn: number }
  | { refused: FaultMessage }
  | { close: true }

/** What the thread says. `wants` and `over` are about its turns to write. */
export type FromThread =
  | Outcome
  | { wants: true }
  | { over: true }
  | { log: keyof Logger; message: string; fields: Record<string, unknown> | undefined }
  | { closed: true }
