import type { Told } from '../../core/within'
import type { Exchange, HttpExchange, Message } from './exchange'
import type { FastPath } from './fast-path'
import type { ParameterHeaderCheck } from './parameter-headers'
import { modernRevision, type PlainRequest, recognizePlain } from './plain-request'
import { makeRefusal, type Refusal, refuse, rpcCodes } from './refusal'
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

/** Tells the exchange its answer. `text` is the body, received whole; empty without one. The message in it is noted on the exchange. */
export type Answering = (request: Request, exchange: HttpExchange, text: string) => void

/** Chooses who answers a request: the fast path where it can, the slow path for all else. */
export function createAnswering(paths: Paths): Answering {
  return (request, exchange, text) => {
    if (request.method !== 'POST') return settle(answerBodiless(request, exchange, paths), exchange)
    if (!isJson(request.headers.get('content-type'))) return exchange.end(refuse(notJson))
    const fault = exchange.faultOf(text)
    const body = fault === undefined ? parse(text) : undefined
    if (body === undefined) return exchange.end(refuse(unreadable(request.headers, fault)))
    if (typeof body !== 'object' || body === null) return exchange.end(refuse(notAMessage))
    exchange.message = body
    answerMessage(request, body, exchange, paths)
  }
}

/** Tells what a promise settles with. */
function settle(work: Promise<Response>, told: Told): void {
  work.then(
    (response) => told.end(response),
    (error) => told.fail(error),
  )
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

function answerMessage(request: Request, body: Message, exchange: HttpExchange, paths: Paths): void {
  const { method, id } = body
  const sessionId = sessionIdOf(request.headers)
  const session = sessionId === undefined ? undefined : paths.sessions.find(sessionId, exchange.principal.id)
  const lost = sessionId !== undefined && !session && method !== 'initialize'
  const refusal = lost ? noSession : paths.checkHeaders(body, request.headers)
  if (refusal) {
    exchange.end(refuse(refusal, id))
    return
  }
  const plain = recognizePlain(body, request.headers)
  if (plain && (session ? runIn(session, plain, exchange, paths) : paths.fast(plain, exchange, exchange)))
    return
  settle(
    paths.slow().then((slow) => slow.answer(request, body, exchange, session)),
    exchange,
  )
}

/** A plain call inside of a session: as fast as any, and `notifications/cancelled` stops it. */
function runIn(session: Session, plain: PlainRequest, exchange: HttpExchange, { fast }: Paths): boolean {
  if (session.inFlight.has(plain.id)) return false
  const stop = new AbortController()
  const call = new SessionCall(session, plain.id, exchange)
  exchange.signal = stop.signal
  session.inFlight.set(plain.id, stop)
  stop.signal.onabort = () => {
    exchange.outcome = 'cancelled'
    call.end(refuse(cancelled, plain.id))
  }
  const taken = fast(plain, exchange, call)
  if (!taken) call.leave()
  return taken
}

/** The first to end it is told; who comes later is not heard. */
class SessionCall implements Told {
  private open = true

  constructor(
    private readonly session: Session,
    private readonly id: string | number,
    private readonly exchange: HttpExchange,
  ) {}

  leave(): boolean {
    if (!this.open) return false
    this.open = false
    this.session.inFlight.delete(this.id)
    return true
  }

  end(response: Response): void {
    if (this.leave()) this.exchange.end(response)
  }

  fail(error: unknown): void {
    if (this.leave()) this.exchange.fail(error)
  }
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

/** A body that can be read in spite of its header was not packed. */
function unreadable(headers: Headers, fault = 'the body is not valid JSON'): Refusal {
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity') return packed
  return makeRefusal(400, rpcCodes.parseError, `Parse error: ${fault}`)
}

const packed = makeRefusal(
  415,
  rpcCodes.notAllowed,
  'Unsupported media type: send the body without Content-Encoding',
  { 'Accept-Encoding': 'identity' },
)
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
