import { AppError, type ErrorKind } from '../../../core/errors'

export type Role = 'writing' | 'reading' | 'checkpoints'

/** The first message to a thread. */
export interface Opening {
  path: string
  role: Role
  options: unknown
  /** Rows that one call may read; without it there is no bound. */
  effort?: number
}

/** One call of a procedure. */
export interface Request {
  id: number
  procedure: string
  input: unknown
}

export type Reply =
  | { id: number; answer: unknown }
  | { id: number; fault: FaultMessage }
  /** It takes more than `effort`. */
  | { id: number; tooLong: true }
  | { event: unknown }

/** An error as it crosses from one thread to the other. */
export interface FaultMessage {
  message: string
  stack: string | undefined
  /** Of an error that is meant for the caller. */
  kind?: ErrorKind
  code?: string
  retryAfter?: number
}

export function faultOf(error: unknown): FaultMessage {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  if (!(error instanceof AppError)) return { message, stack }
  const { kind, code, retryAfter } = error
  return { message, stack, kind, code, ...(retryAfter !== undefined && { retryAfter }) }
}

export function errorOf({ message, stack, kind, code, retryAfter }: FaultMessage): Error {
  const error = kind
    ? new AppError(kind, message, { ...(code && { code }), ...(retryAfter !== undefined && { retryAfter }) })
    : new Error(message)
  if (stack !== undefined) error.stack = stack
  return error
}
