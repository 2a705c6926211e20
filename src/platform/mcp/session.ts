import {
  type InitializeRequest,
  type JSONRPCMessage,
  type RequestId,
  type Transport,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { EventLog } from './event-log'
import type { McpServer } from './sdk-server'

/** What a client said of itself when it opened the session. */
export type Introduction = InitializeRequest['params']

/**
 * One client's session on a revision that has them. It costs little until the client asks for something that needs the
 * server's memory: only then a server of the SDK is made, which learns from `introduction` whom it speaks with.
 */
export interface Session {
  readonly id: string
  /** The principal that opened it. */
  readonly owner: string
  readonly introduction: Introduction
  /** Milliseconds since the epoch. */
  lastUsed: number
  /** Event streams that are open now. */
  streams: number
  /** Requests that are being answered; those outside of the SDK with what stops them. */
  readonly inFlight: Map<RequestId, AbortController | null>
  live?: Promise<Live>
  /** True once the client ended it, or it was idle for too long. */
  ended: boolean
}

/** The part of a session that holds memory: a connected server of the SDK with what it sent. */
export interface Live {
  transport: WebStandardStreamableHTTPServerTransport
  server: McpServer
  events: EventLog
}

/** True while something waits for the session. */
export const isBusy = ({ streams, inFlight }: Session): boolean => streams > 0 || inFlight.size > 0

/** The session's live part, made now if there is none. */
export function enliven(session: Session, make: () => McpServer, events: () => EventLog): Promise<Live> {
  if (session.live) return session.live
  session.live = connect(session, make(), events())
  session.live.catch(() => delete session.live)
  return session.live
}

/** Frees the live part; the session itself goes on and gets another one when it needs it. */
export async function release(session: Session): Promise<void> {
  const { live } = session
  delete session.live
  // One that could not be made holds nothing.
  const made = await live?.catch(() => undefined)
  if (!made) return
  made.events.clear()
  await made.transport.close()
}

/** A server that owes its client nothing is freed; false when it owes something. */
export async function rest(session: Session): Promise<boolean> {
  const live = await session.live?.catch(() => undefined)
  if (!live) return true
  if (live.server.subscriptions.size > 0 || isBusy(session)) return false
  await release(session)
  return true
}

async function connect(session: Session, server: McpServer, events: EventLog): Promise<Live> {
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => session.id,
    eventStore: events,
    retryInterval: retryMs,
    keepAliveMs: 0,
  })
  await server.sdk.connect(noteAnswers(transport, session))
  const hello = { jsonrpc: '2.0', id: 'introduction', method: 'initialize', params: session.introduction }
  const response = await transport.handleRequest(internalRequest(), { parsedBody: hello })
  await response.text()
  events.clear()
  return { transport, server, events }
}

/** How long a client should wait before it opens a lost stream again. */
const retryMs = 1000

const internalRequest = () =>
  new Request('http://localhost/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  })

/** A request is over once its answer was given to the transport, whether or not the client still listens. */
function noteAnswers<T extends Transport>(transport: T, { inFlight }: Session): T {
  const send = transport.send.bind(transport)
  transport.send = async (message: JSONRPCMessage, options) => {
    if ('id' in message && !('method' in message) && message.id !== undefined) inFlight.delete(message.id)
    return send(message, options)
  }
  return transport
}
