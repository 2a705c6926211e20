/** What went wrong, in words every transport understands. One table per transport turns a kind into its own code. */
export type ErrorKind =
  | 'malformed'
  | 'unauthorized'
  | 'forbidden'
  | 'upgrade_required'
  | 'not_found'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'timeout'
  | 'conflict'
  | 'too_large'
  | 'unsupported_media_type'
  | 'invalid'
  | 'secret_detected'
  | 'rate_limited'
  | 'internal'
  | 'unavailable'

/** One fault in an input: a JSON pointer to the value and what to change. Never repeats the value. */
export interface Fault {
  path: string
  message: string
}

export interface ErrorDetails {
  /** Machine-readable code; the kind when absent. */
  code?: string
  /** The next sensible step, for agents, where the kind's own does not fit. */
  advice?: string
  /** For `invalid`: every fault found. */
  errors?: Fault[]
  /** Whole seconds until a retry can succeed. */
  retryAfter?: number
  /** Extra response headers, e.g. `WWW-Authenticate`. */
  headers?: Record<string, string>
  /** Extra public members of the error body, e.g. `limits`, `upgrade_url`. */
  data?: Record<string, unknown>
  cause?: unknown
}

/** An error meant for the caller: its message is public and says what to change. Anything else leaves as "Internal error". */
export class AppError extends Error {
  readonly code: string
  readonly advice: string | undefined
  readonly errors: Fault[] | undefined
  readonly retryAfter: number | undefined
  readonly headers: Record<string, string>
  readonly data: Record<string, unknown>

  constructor(
    readonly kind: ErrorKind,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, { cause: details.cause })
    this.name = 'AppError'
    this.code = details.code ?? kind
    this.advice = details.advice
    this.errors = details.errors
    this.retryAfter = details.retryAfter
    this.headers = details.headers ?? {}
    this.data = details.data ?? {}
  }
}

/** The one answer for a row that is missing or someone else's. */
export const notFound = (noun: string) => new AppError('not_found', `${noun} not found`)

/** 422 for an input that parses but does not fit. */
export const invalid = (path: string, message: string) =>
  new AppError('invalid', `The input does not fit: ${path || '/'} ${message}`, {
    errors: [{ path, message }],
  })
