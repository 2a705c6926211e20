import type { AppError, ErrorKind } from '../../core/errors'
import { nearest } from '../config/nearest'

/** A request answered with a JSON-RPC error under a status of its own. */
export interface Refusal {
  status: number
  code: number
  message: string
  data?: Record<string, unknown>
  headers: Record<string, string>
}

export const makeRefusal = (
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Refusal => ({ status, code, message, headers })

/** JSON-RPC's own codes, and ours from the range that the protocol leaves to implementations (-32000 to -32019). */
export const rpcCodes = {
  parseError: -32700,
  invalidRequest: -32600,
  invalidParams: -32602,
  internalError: -32603,
  notAllowed: -32000,
  sessionNotFound: -32001,
  rateLimited: -32010,
  unauthorized: -32011,
  insufficientScope: -32012,
} as const

/** Kinds that concern the request as a whole. Every other kind is a tool's failure, which an agent can react to. */
const refused: Partial<Record<ErrorKind, { status: number; code: number }>> = {
  rate_limited: { status: 429, code: rpcCodes.rateLimited },
  unavailable: { status: 503, code: rpcCodes.internalError },
  unauthorized: { status: 401, code: rpcCodes.unauthorized },
}

/** The one forbidden thing that a client can mend by itself: it asks its issuer for a token with the scope. */
const insufficientScope = { status: 403, code: rpcCodes.insufficientScope }

/** The refusal that an error stands for, or undefined when it is a tool's failure. */
export function refusalOf(error: AppError, requestId: string): Refusal | undefined {
  const found = error.code === 'insufficient_scope' ? insufficientScope : refused[error.kind]
  if (!found) return undefined
  const retry = error.retryAfter === undefined ? {} : { retry_after: error.retryAfter }
  return {
    ...found,
    message: error.message,
    data: { code: error.code, ...error.data, ...retry, request_id: requestId },
    headers: { ...(error.retryAfter && { 'Retry-After': String(error.retryAfter) }), ...error.headers },
  }
}

/** A tool that is not there, with the nearest of those that are there for the caller. */
export function unknownTool(name: string, there: readonly { name: string }[]): Refusal {
  const names = there.map((tool) => tool.name)
  const meant = name.length <= 64 ? nearest(name.toLowerCase(), names) : undefined
  const advice = meant ? `; did you mean ${meant}?` : ':'
  return makeRefusal(
    200,
    rpcCodes.invalidParams,
    `Unknown tool${advice} tools/list names the tools that this endpoint has`,
  )
}

/** A whole HTTP response with one JSON-RPC error. `id` is null where the request's could not be read. */
export function refuse(refusal: Refusal, id: unknown = null): Response {
  const { status, code, message, data, headers } = refusal
  const echoed = typeof id === 'string' || typeof id === 'number' ? id : null
  return Response.json({ jsonrpc: '2.0', id: echoed, error: { code, message, data } }, { status, headers })
}
