import type { RequestId } from '@modelcontextprotocol/server'
import { enliven } from './enliven'
import { createEventLogs } from './event-log'
import { authInfoOf, type Exchange, exchangeOf } from './exchange'
import { createKeepAlive, type KeepAlive } from './keep-alive'
import { createLively } from './lively'
import { acceptsStream } from './plain-request'
import { makeRefusal, refuse, rpcCodes } from './refusal'
import { isStream, lenient, type SdkPath, shape } from './sdk-path'
import type { MakeServer } from './sdk-server'
import { type Introduction, isBusy, type Live, release, type Session } from './session'
import type { Sessions } from './sessions'

/** Everything about sessions that the fast path does not answer. */
export interface SessionPath {
  /** Answers `initialize`; the client gets a session when it can use one and there is room. */
  initialize(request: Request, body: unknown, exchange: Exchange): Promise<Response>
  /** Answers any other message that was sent inside of a session. */
  post(session: Session, request: Request, body: unknown, exchange: Exchange): Promise<Response>
  /** Opens the server's own stream, or goes on with one that was lost. */
  listen(session: Session, request: Request, exchange: Exchange): Promise<Response>
  /** Ends the streams that clients opened to wait for notifications. */
  drain(): void
  close(): void
}

export interface SessionPathParts {
  sessions: Sessions
  makeServer: MakeServer
  sdk: SdkPath
}

type Members = Record<string, unknown>

/** Bytes of events that all sessions together keep for clients that lost a stream. */
const keptBytes = 16 * 1024 * 1024
/** Sessions that hold a server of the SDK at once, beyond those that are in use: some 40 KB each. */
const mostLive = 500
/** A call that is answered within this time is answered with JSON where nothing came before. */
const patienceMs = 50

export function createSessionPath({ sessions, makeServer, sdk }: SessionPathParts): SessionPath {
  const eventLog = createEventLogs(keptBytes)
  const keepAlive = createKeepAlive()
  const lively = createLively(mostLive)
  const live = (session: Session, exchange: Exchange) => {
    lively.add(session)
    return enliven(session, () => makeServer(exchangeOf, exchange, 'lasting'), eventLog)
  }

  return {
    async initialize(request, body, exchange) {
      const stale = sessions.find(request.headers.get('mcp-session-id') ?? '', exchange.principal.id)
      if (stale) await sessions.end(stale)
      const response = await sdk.answer(request, body, exchange)
      const introduction = introductionOf(body)
      if (!introduction || !acceptsStream(request.headers.get('accept'))) return response
      if (!(await isResult(response))) return response
      const session = sessions.open(exchange.principal.id, introduction)
      if (session) response.headers.set('Mcp-Session-Id', session.id)
      return response
    },
    async post(session, request, body, exchange) {
      const messages = (Array.isArray(body) ? body : [body]).filter(isObject)
      abortPlain(session, messages)
      if (!messages.some((message) => needsMemory(message, session)))
        return sdk.answer(request, body, exchange)
      const ids = requestIds(messages)
      if (ids.some((id) => session.inFlight.has(id))) return refuse(idInUse, ids[0])
      for (const id of ids) session.inFlight.set(id, null)
      const over = () => {
        for (const id of ids) session.inFlight.delete(id)
      }
      try {
        const part = await live(session, exchange)
        const given = { parsedBody: body, authInfo: authInfoOf(exchange) }
        const response = await part.transport.handleRequest(lenient(request), given)
        await settleCancelled(session, part, messages)
        if (!isStream(response)) over()
        const streams = acceptsStream(request.headers.get('accept'))
        const shaped = await shape(response, exchange, Array.isArray(body), streams, patienceMs)
        return isStream(shaped) ? tend(session, shaped, keepAlive) : shaped
      } catch (error) {
        over()
        throw error
      }
    },
    async listen(session, request, exchange) {
      if (!acceptsStream(request.headers.get('accept'))) return refuse(streamOnly)
      session.streams++
      try {
        const { transport, events } = await live(session, exchange)
        const lost = request.headers.get('last-event-id')
        if (lost && !events.has(lost)) return refuse(eventGone)
        // A client that reconnects is believed over a connection whose end nobody has noticed yet.
        if (!lost) transport.closeStandaloneSSEStream()
        const response = await transport.handleRequest(request)
        return isStream(response) ? tend(session, response, keepAlive) : response
      } finally {
        session.streams--
      }
    },
    drain: () =>
      sessions.each(({ live }) => {
        live?.then(({ transport }) => transport.closeStandaloneSSEStream()).catch(() => {})
      }),
    close: keepAlive.close,
  }
}

/** Counts the stream while it is open; when the last one ends and nothing is left to resume, the memory is given back. */
function tend(session: Session, response: Response, keepAlive: KeepAlive): Response {
  session.streams++
  const body = keepAlive.tend(response.body!, () => {
    session.streams--
    session.live
      ?.then(({ events, server }) => {
        const idle = !isBusy(session) && events.size === 0 && server.subscriptions.size === 0
        if (idle) return release(session)
      })
      .catch(() => {})
  })
  return new Response(body, { status: response.status, headers: response.headers })
}

const remembered = new Set([
  'tools/call',
  'prompts/get',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'logging/setLevel',
])

/** Answers to the server's own requests, and what concerns other messages; the rest is the same in any session. */
function needsMemory(message: Members, session: Session): boolean {
  if (message.method === undefined) return true
  if (message.method === 'notifications/cancelled') return session.live !== undefined
  return remembered.has(message.method as string)
}

const requestIds = (messages: Members[]) =>
  messages.filter(({ method }) => method !== undefined).flatMap(({ id }) => (isId(id) ? [id] : []))

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null

const isId = (id: unknown): id is RequestId => typeof id === 'string' || typeof id === 'number'

const cancelledIds = (messages: Members[]) =>
  messages
    .filter(({ method }) => method === 'notifications/cancelled')
    .map(({ params }) => (params as { requestId?: RequestId } | undefined)?.requestId)
    .filter(isId)

/** Stops requests of the fast path that the client takes back. */
function abortPlain(session: Session, messages: Members[]): void {
  for (const id of cancelledIds(messages)) session.inFlight.get(id)?.abort()
}

/** The SDK never answers what was cancelled: its stream is ended, and what is kept for it is freed, here. */
async function settleCancelled(session: Session, { transport }: Live, messages: Members[]): Promise<void> {
  for (const id of cancelledIds(messages)) {
    if (!session.inFlight.has(id)) continue
    transport.closeSSEStream(id)
    const error = { code: rpcCodes.notAllowed, message: 'Cancelled by the client' }
    await transport.send({ jsonrpc: '2.0', id, error })
  }
}

/** Ready to be remembered: only what the protocol says a client tells. */
function introductionOf(body: unknown): Introduction | undefined {
  const { params } = body as { params?: Introduction }
  if (typeof params !== 'object' || params === null) return undefined
  const { protocolVersion, capabilities, clientInfo } = params
  return { protocolVersion, capabilities, clientInfo }
}

async function isResult(response: Response): Promise<boolean> {
  if (isStream(response) || response.status !== 200) return false
  const { result } = (await response.clone().json()) as Members
  return result !== undefined
}

const idInUse = makeRefusal(
  400,
  rpcCodes.invalidRequest,
  'Invalid request: a request with this id is still being answered in this session',
)
const streamOnly = makeRefusal(406, rpcCodes.notAllowed, 'Not acceptable: send Accept: text/event-stream')
const eventGone = makeRefusal(
  400,
  rpcCodes.invalidParams,
  'Last-Event-ID is not an event of this session that is still kept; open a stream without it',
)
