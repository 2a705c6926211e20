import { AppError, type ErrorKind } from '../../../core/errors'
import type { RawRequest } from '../../../core/module'

/** Statuses as the predecessor meant them; a kind that is not named is a fault of the server. */
const statuses: Partial<Record<ErrorKind, number>> = {
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  upgrade_required: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  secret_detected: 422,
  rate_limited: 429,
  unavailable: 503,
  timeout: 504,
}

/** The predecessor's error shape. */
export const detail = (status: number, text: string, headers: Record<string, string> = {}) =>
  Response.json({ detail: text }, { status, headers })

export const missingHeaders = 'Missing required headers: X-User-Email and X-Subscription-Key'

/** Runs a route's work and answers in the predecessor's shapes. */
export async function answer(
  raw: RawRequest,
  work: () => Promise<Record<string, unknown>>,
): Promise<Response> {
  try {
    return Response.json(await work())
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return refuse(error, raw.request)
  }
}

/** An error in the predecessor's shape. */
export function refuse(error: AppError, request: Request): Response {
  const { kind, message, retryAfter } = error
  const headers = { ...error.headers, ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }) }
  if (kind === 'unauthorized') {
    if (!sentCredential(request)) return detail(400, missingHeaders)
    if (request.headers.has('x-subscription-key')) return detail(400, message)
  }
  if (kind === 'rate_limited') {
    return detail(
      429,
      `Rate limit exceeded: ${message.replace(/^Rate limit exceeded (?:for )?/, '')}`,
      headers,
    )
  }
  return detail(statuses[kind] ?? 500, message, headers)
}

/** Whether the request carried anything to be recognised by. */
export const sentCredential = ({ headers }: Request) =>
  ['x-subscription-key', 'x-user-email', 'authorization', 'x-api-key'].some((name) => headers.has(name))
