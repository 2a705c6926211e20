import type { AppError, ErrorKind, Fault } from '../../core/errors'

/** What an agent is told about a call that failed. Travels as compact JSON text and under `_meta`. */
export interface Failure {
  code: string
  message: string
  errors?: Fault[]
  /** The next sensible step. */
  what_to_do: string
  retry_after?: number
  request_id: string
  [member: string]: unknown
}

/** `_meta` key under which a failed call carries its failure as an object. */
export const failureKey = 'holdfast/error'

const advice: Partial<Record<ErrorKind, string>> = {
  malformed: 'Correct the request and call again.',
  invalid: 'Change the input as told and call again.',
  forbidden: 'Ask the person for a credential that covers this; a retry does not help.',
  upgrade_required: 'Tell the person which limit of their plan was met; a retry does not help.',
  not_found: 'Check the id: list or search for the right one.',
  conflict: 'Read the current state, then decide anew.',
  secret_detected: 'Remove the secret from the text and call again; never repeat it.',
  too_large: 'Ask for less: a smaller limit, a narrower filter, or the next page by its cursor.',
  timeout: 'Ask for less, or try again later.',
  internal: 'Try once more; if it fails again, give the person the request_id for the operator.',
}

/** The failure that an error meant for the caller stands for. */
export function failureOf(error: AppError, requestId: string): Failure {
  return {
    code: error.code,
    message: error.message,
    ...(error.errors && { errors: error.errors }),
    ...error.data,
    ...(error.retryAfter !== undefined && { retry_after: error.retryAfter }),
    what_to_do: error.advice ?? advice[error.kind] ?? 'Correct the call as told and try again.',
    request_id: requestId,
  }
}

/** Everything that is not meant for the caller. */
export const internalFailure = (requestId: string): Failure => ({
  code: 'internal',
  message: 'Internal error',
  what_to_do: advice.internal!,
  request_id: requestId,
})
