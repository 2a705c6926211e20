import { isJsonContentType } from '@modelcontextprotocol/server'
import type { Exchange } from './exchange'
import type { FastPath } from './fast-path'
import type { ParameterHeaderCheck } from './parameter-headers'
import { modernRevision, type PlainRequest, recognizePlain } from './plain-request'
import { makeRefusal, type Refusal, refuse, rpcCodes } from './refusal'
import { checkRequest } from './request-check'
import type { SdkPath } from './sdk-path'
import type { Session } from './session'
import type { SessionPath } from './session-path'
import type { Sessions } from './sessions'

export interface Answered {
  response: Response | Promise<Response>
  /** As parsed; undefined when there was none or it could not be. */
  body?: unknown
}

export interface Paths {
  fast: FastPath
  sdk: SdkPath
  session: SessionPath
  sessions: Sessions
  checkHeaders: ParameterHeaderCheck
}

/** `text` is the body, received whole; empty without one. */
export type Answering = (request: Request, exchange: Exchange, text: string) => Answered

/** Chooses who answers a request: the fast path where it can, the session where there is one, the SDK for all else. */
export function createAnswering(paths: Paths): Answering {
  return (request, exchange, text) => {
    if (request.method !== 'POST') return { response: answerBodiless(request, exchange, paths) }
    if (!isJsonContentType(request.headers.get('content-type'))) return { response: refuse(notJson) }
    const { body, refusal } = parseBody(text)
    if (refusal) return { response: refuse(refusal) }
    return { body, response: answerMessage(request, body, exchange, paths) }
  }
}

/** GET opens the server's stream of a session, DELETE ends the session. */
async function answerBodiless(request: Request, exchange: Exchange, paths: Paths): Promise<Response> {
  const id = sessionIdOf(request.headers)
  if (id === undefined || (request.method !== 'GET' && request.method !== 'DELETE')) return refuse(postOnly)
  const session = paths.sessions.find(id, exchange.principal.id)
  if (!session) return refuse(noSession)
  if (request.method === 'GET') return paths.session.listen(session, request, exchange)
  await paths.sessions.end(session)
  return new Response(null, { status: 204 })
}

function answerMessage(
  request: Request,
  body: unknown,
  exchange: Exchange,
  paths: Paths,
): Promise<Response> | Response {
  const { method, id } = body as { method?: unknown; id?: unknown }
  const sessionId = sessionIdOf(request.headers)
  const session = sessionId === undefined ? undefined : paths.sessions.find(sessionId, exchange.principal.id)
  if (sessionId !== undefined && !session && method !== 'initialize') return refuse(noSession, id)
  const mismatch = paths.checkHeaders(body, request.headers)
  if (mismatch) return refuse(mismatch, id)
  const plain = recognizePlain(body, request.headers)
  const response = plain && (session ? runIn(session, plain, exchange, paths) : paths.fast(plain, exchange))
  if (response) return response
  const refusal = refusalByBatch(request.headers, body) ?? refusalByParams(request.headers, body)
  if (refusal) return refuse(refusal, id)
  exchange.introduces = method === 'initialize' || method === 'server/discover'
  if (method === 'initialize') return paths.session.initialize(request, body, exchange)
  return session
    ? paths.session.post(session, request, body, exchange)
    : paths.sdk.answer(request, body, exchange)
}

/** A plain call inside of a session: as fast as any, and `notifications/cancelled` stops it. */
function runIn(
  session: Session,
  plain: PlainRequest,
  exchange: Exchange,
  { fast }: Paths,
): Promise<Response> | undefined {
  if (session.inFlight.has(plain.id)) return undefined
  const stop = new AbortController()
  exchange.signal = stop.signal
  session.inFlight.set(plain.id, stop)
  const done = () => session.inFlight.delete(plain.id)
  const response = fast(plain, exchange)
  if (!response) {
    done()
    return undefined
  }
  const stopped = new Promise<Response>((resolve) => {
    stop.signal.onabort = () => resolve(refuse(cancelled, plain.id))
  })
  return Promise.race([response, stopped]).finally(done)
}

interface Read {
  body?: unknown
  refusal?: Refusal
}

function parseBody(text: string): Read {
  try {
    const body = JSON.parse(text)
    return typeof body === 'object' && body !== null ? { body } : { refusal: notAMessage }
  } catch {
    return { refusal: badJson }
  }
}

/** The newest revision has no sessions and ignores the header. */
function sessionIdOf(headers: Headers): string | undefined {
  const id = headers.get('mcp-session-id')
  return id === null || headers.get('mcp-protocol-version') === modernRevision ? undefined : id
}

/** Batches came with 2025-03-26 and went with it; a client without the header may be that old. */
function refusalByBatch(headers: Headers, body: unknown): Refusal | undefined {
  if (!Array.isArray(body)) return undefined
  const version = headers.get('mcp-protocol-version')
  return version === null || version === '2025-03-26' || version === '2024-11-05' ? undefined : noBatch
}

/** Where the headers of the newest revision already disagree with the body, the SDK says so. */
function refusalByParams(headers: Headers, body: unknown): Refusal | undefined {
  const { method } = body as { method?: unknown }
  const modern = headers.get('mcp-protocol-version') === modernRevision
  return modern && headers.get('mcp-method') !== method ? undefined : checkRequest(body)
}

const badJson = makeRefusal(400, rpcCodes.parseError, 'Parse error: the body is not valid JSON')
const notAMessage = makeRefusal(
  400,
  rpcCodes.invalidRequest,
  'Invalid request: the body must be a JSON-RPC message',
)
const noBatch = makeRefusal(
  400,
  rpcCodes.invalidRequest,
  'Invalid request: only revision 2025-03-26 has batches; send one message',
)
const notJson = makeRefusal(
  415,
  rpcCodes.notAllowed,
  'Unsupported media type: send Content-Type: application/json',
)
const noSession = makeRefusal(
  404,
  rpcCodes.sessionNotFound,
  'Session not found: send initialize again, or no Mcp-Session-Id',
)
const cancelled = makeRefusal(200, rpcCodes.notAllowed, 'Cancelled by the client')
const postOnly = makeRefusal(
  405,
  rpcCodes.notAllowed,
  'Method not allowed: without a session this endpoint answers POST alone',
  { Allow: 'POST' },
)
