import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import {
  type EventStore,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'

/** A server of the SDK's 1.x line that keeps sessions, as others run them; what the bridge meets besides Holdfast. */
export interface SessionServer {
  url: string
  /** Sessions that were opened, oldest first. */
  opened: string[]
  closed: string[]
  /** Names of tools that wait. */
  waiting: string[]
  /** Names of tools whose call was called off. */
  cancelled: string[]
  /** Method and headers of each request. */
  seen: { method: string; headers: Headers }[]
  /** Ends every session without a word, as a restart does. */
  forget(): void
  /** Says something on the stream of each session. */
  announce(): Promise<void>
  stop(): Promise<void>
}

type Transport = WebStandardStreamableHTTPServerTransport

export function startSessionServer(port = 0): SessionServer {
  const sessions = new Map<string, { transport: Transport; server: McpServer }>()
  const state = {
    opened: [] as string[],
    closed: [] as string[],
    waiting: [] as string[],
    cancelled: [] as string[],
    seen: [] as SessionServer['seen'],
  }
  const open = async () => {
    const server = makeServer(state)
    const transport: Transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      eventStore: memory(),
      retryInterval: 50,
      onsessioninitialized: (id) => {
        state.opened.push(id)
        sessions.set(id, { transport, server })
      },
      onsessionclosed: (id) => void state.closed.push(id),
    })
    await server.connect(transport)
    return transport
  }
  const listener = Bun.serve({
    port,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      state.seen.push({ method: request.method, headers: request.headers })
      if (request.headers.get('authorization') !== 'Bearer session-key')
        return Response.json({ error: 'invalid_token', error_description: 'no such token' }, { status: 401 })
      const id = request.headers.get('mcp-session-id')
      if (id && !sessions.has(id)) return new Response('no session', { status: 404 })
      return (id ? sessions.get(id)!.transport : await open()).handleRequest(request)
    },
  })
  return {
    ...state,
    url: `http://127.0.0.1:${listener.port}/mcp`,
    forget: () => sessions.clear(),
    async announce() {
      for (const { server } of sessions.values())
        await server.sendLoggingMessage({ level: 'info', data: 'hear' })
    },
    stop: () => listener.stop(true),
  }
}

function makeServer({ waiting, cancelled }: Pick<SessionServer, 'waiting' | 'cancelled'>): McpServer {
  const server = new McpServer({ name: 'sessions', version: '1' }, { capabilities: { logging: {} } })
  const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] })
  server.registerTool('echo', { description: 'x' }, () => text('echo'))
  server.registerTool('count', { description: 'x' }, async ({ sendNotification, _meta }) => {
    for (let progress = 1; progress <= 3; progress++) {
      await sendNotification({
        method: 'notifications/progress',
        params: { progressToken: _meta!.progressToken!, progress },
      })
      await Bun.sleep(150)
    }
    return text('counted')
  })
  server.registerTool(
    'broken',
    { description: 'x' },
    async ({ closeSSEStream, closeStandaloneSSEStream }) => {
      closeSSEStream?.()
      closeStandaloneSSEStream?.()
      await Bun.sleep(300)
      return text('mended')
    },
  )
  server.registerTool('ask', { description: 'x' }, async () => {
    const { content } = await server.server.createMessage({ messages: [], maxTokens: 5 })
    return text(JSON.stringify(content))
  })
  server.registerTool('wait', { description: 'x' }, async ({ signal }) => {
    waiting.push('wait')
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    cancelled.push('wait')
    return text('over')
  })
  return server
}

/** Remembers events, so that streams can be resumed. */
function memory(): EventStore {
  const events: { id: string; stream: string; message: unknown }[] = []
  return {
    async storeEvent(stream, message) {
      const id = String(events.length)
      events.push({ id, stream, message })
      return id
    },
    async getStreamIdForEventId(id) {
      return events[Number(id)]?.stream
    },
    async replayEventsAfter(last, { send }) {
      const { stream } = events[Number(last)]!
      for (const event of events.slice(Number(last) + 1)) {
        if (event.stream === stream) await send(event.id, event.message as never)
      }
      return stream
    },
  }
}
