import { AppError, type ErrorKind } from '../../../core/errors'
import { MisformedRequest } from './faults'

const statuses: Partial<Record<ErrorKind, number>> = {
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  rate_limited: 429,
  unavailable: 503,
  timeout: 504,
}

/** An error in the predecessor's shape: a text, or a list of faults. */
export const detail = (status: number, what: unknown, headers: Record<string, string> = {}) =>
  Response.json({ detail: what }, { status, headers })

/** Runs a route's work; what is refused is answered in the predecessor's shapes. */
export async function answered(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof MisformedRequest) return detail(422, error.faults)
    if (!(error instanceof AppError)) throw error
    const { retryAfter, headers } = error
    return detail(statuses[error.kind] ?? 500, error.message, {
      ...headers,
      ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    })
  }
}
