import type { Exchange, HttpExchange, Message } from './exchange'
import type { FastPath } from './fast-path'
import type { ParameterHeaderCheck } from './parameter-headers'
import { modernRevision, type PlainRequest, recognizePlain } from './plain-request'
import { makeRefusal, refuse, rpcCodes } from './refusal'
import type { Session } from './session'
import type { Sessions } from './sessions'
import type { SlowPath } from './slow-path'

export interface Paths {
  fast: FastPath
  /** Loads it the first time. */
  slow(): Promise<SlowPath>
  sessions: Sessions
  checkHeaders: ParameterHeaderCheck
}

/** `text` is the body, received whole; empty without one. The message in it is noted on the exchange. */
export type Answering = (
  request: Request,
  exchange: HttpExchange,
  text: string,
) => Response | Promise<Response>

/** Chooses who answers a request: the fast path where it can, the slow path for all else. */
export function createAnswering(paths: Paths): Answering {
  return (request, exchange, text) => {
    if (request.method !== 'POST') return answerBodiless(request, exchange, paths)
    if (!isJson(request.headers.get('content-type'))) return refuse(notJson)
    const body = parse(text)
    if (body === undefined) return refuse(badJson)
    if (typeof body !== 'object' || body === null) return refuse(notAMessage)
    exchange.message = body
    return answerMessage(request, body, exchange, paths)
  }
}

/** GET opens the server's stream of a session, DELETE ends the session. */
async function answerBodiless(request: Request, exchange: Exchange, paths: Paths): Promise<Response> {
  const id = sessionIdOf(request.headers)
  if (id === undefined || (request.method !== 'GET' && request.method !== 'DELETE')) return refuse(postOnly)
  const session = paths.sessions.find(id, exchange.principal.id)
  if (!session) return refuse(noSession)
  if (request.method === 'GET') return (await paths.slow()).listen(session, request, exchange)
  await paths.sessions.end(session)
  return new Response(null, { status: 204 })
}

function answerMessage(
  request: Request,
  body: Message,
  exchange: HttpExchange,
  paths: Paths,
): Promise<Response> | Response {
  const { method, id } = body
  const sessionId = sessionIdOf(request.headers)
  const session = sessionId === undefined ? undefined : paths.sessions.find(sessionId, exchange.principal.id)
  if (sessionId !== undefined && !session && method !== 'initialize') return refuse(noSession, id)
  const mismatch = paths.checkHeaders(body, request.headers)
  if (mismatch) return refuse(mismatch, id)
  const plain = recognizePlain(body, request.headers)
  const response = plain && (session ? runIn(session, plain, exchange, paths) : paths.fast(plain, exchange))
  if (response) return response
  return paths.slow().then((slow) => slow.answer(request, body, exchange, session))
}

/** A plain call inside of a session: as fast as any, and `notifications/cancelled` stops it. */
function runIn(
  session: Session,
  plain: PlainRequest,
  exchange: HttpExchange,
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

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The newest revision has no sessions and ignores the header. */
function sessionIdOf(headers: Headers): string | undefined {
  const id = headers.get('mcp-session-id')
  return id === null || headers.get('mcp-protocol-version') === modernRevision ? undefined : id
}

/** A media type may have parameters, such as its charset. */
const isJson = (type: string | null) =>
  type === 'application/json' || (type !== null && /^\s*application\/json\s*(?:;|$)/i.test(type))

const badJson = makeRefusal(400, rpcCodes.parseError, 'Parse error: the body is not valid JSON')
const notAMessage = makeRefusal(
  400,
  rpcCodes.invalidRequest,
  'Invalid request: the body must be a JSON-RPC message',
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
