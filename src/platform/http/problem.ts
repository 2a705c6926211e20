import { AppError, type ErrorKind } from '../../core/errors'

/** Status and title of each kind of error over HTTP. */
export const problems: Record<ErrorKind, { status: number; title: string }> = {
  malformed: { status: 400, title: 'Malformed request' },
  unauthorized: { status: 401, title: 'Unauthorized' },
  forbidden: { status: 403, title: 'Forbidden' },
  upgrade_required: { status: 403, title: 'Upgrade required' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  not_acceptable: { status: 406, title: 'Not acceptable' },
  conflict: { status: 409, title: 'Conflict' },
  too_large: { status: 413, title: 'Content too large' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  invalid: { status: 422, title: 'Invalid input' },
  secret_detected: { status: 422, title: 'Secret detected' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Unavailable' },
  timeout: { status: 504, title: 'Timed out' },
}

/** Code of a body that did not arrive in time: the client's delay, so 408 where other timeouts are 504. */
export const slowBody = 'slow_body'
const requestTimeout = { status: 408, title: 'Request timeout' }

/** What anything that is not an AppError becomes. */
export const internalError = () => new AppError('internal', 'Internal error')

/** The `type` member: a name, not an address. */
export const problemType = (code: string) => `urn:holdfast:problem:${code.toLowerCase()}`

/** The RFC 9457 document of an error that is meant for the caller. */
export function problemBody(error: AppError, requestId: string): Record<string, unknown> {
  const { status, title } = error.code === slowBody ? requestTimeout : problems[error.kind]
  const standard = {
    type: problemType(error.code),
    title,
    status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(error.errors && { errors: error.errors }),
    ...(error.retryAfter !== undefined && { retry_after: error.retryAfter }),
  }
  return { ...standard, ...error.data, ...standard }
}

/** The whole answer: problem body, `Retry-After`, the error's own headers. */
export function problemResponse(error: AppError, requestId: string): Response {
  const body = problemBody(error, requestId)
  const response = new Response(JSON.stringify(body), {
    status: body.status as number,
    headers: { 'Content-Type': 'application/problem+json' },
  })
  if (error.retryAfter !== undefined) response.headers.set('Retry-After', String(error.retryAfter))
  for (const [name, value] of Object.entries(error.headers)) response.headers.set(name, value)
  return response
}
