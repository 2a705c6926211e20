import {
  type JSONRPCMessage,
  type Transport,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { EventLog } from './event-log'
import type { McpServer } from './sdk-server'
import type { Live, Session } from './session'

/** The session's live part, made now if there is none. */
export function enliven(session: Session, make: () => McpServer, events: () => EventLog): Promise<Live> {
  if (session.live) return session.live
  session.live = connect(session, make(), events())
  session.live.catch(() => delete session.live)
  return session.live
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
