import {
  type CallToolRequest,
  type CallToolResult,
  type Implementation,
  mergeCapabilities,
  ProtocolError,
  Server,
  type ServerCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { type Called, type CallParts, callTool, failedCall } from './call-tool'
import type { Catalog } from './catalog'
import type { Exchange, OpenExchange, Progress } from './exchange'
import type { Extension, ExtensionTool } from './extension'
import { failureKey } from './failure'
import { listTtlMs } from './fast-path'
import { protocolError, rpcCodes, unknownTool } from './refusal'

export interface ServerParts extends CallParts {
  catalog: Catalog
  serverInfo: Implementation
  /** What an agent is told about the server. */
  instructions(exchange: Exchange): string
  extensions: readonly Extension[]
}

/** A server of the SDK with what it remembers of its client. */
export interface McpServer {
  sdk: Server
  /** URIs of resources whose changes the client wants to hear of. */
  subscriptions: Set<string>
}

/** Makes a server for whoever `first` is; `open` gives the exchange of the request that is handled. */
export type MakeServer = (open: OpenExchange, first: Exchange) => McpServer

const hint = { ttlMs: listTtlMs, cacheScope: 'private' } as const

/** The operations and extensions as SDK servers, for every request that the fast path leaves alone. */
export function createServers(parts: ServerParts): MakeServer {
  const { catalog, extensions, serverInfo } = parts
  const capabilities = extensions.reduce<ServerCapabilities>(
    (merged, extension) => mergeCapabilities(merged, extension.capabilities ?? {}),
    { tools: {} },
  )
  const extra = new Map(
    extensions.flatMap(({ tools = [] }) => tools.map((tool) => [tool.definition.name, tool] as const)),
  )
  return (open, first) => {
    const server = new Server(serverInfo, {
      capabilities,
      instructions: parts.instructions(first),
      cacheHints: { 'tools/list': hint, 'server/discover': hint },
    })
    server.setRequestHandler('tools/list', ({ params }, context) => {
      if (params?.cursor !== undefined) throw unknownCursor()
      return { tools: [...catalog.list(open(context)).tools] }
    })
    server.setRequestHandler('tools/call', (request, context) => {
      const tool = extra.get(request.params.name)
      if (tool) return callExtension(parts, tool, request.params, open(context), context, server)
      return callOperation(parts, request.params, open(context), context)
    })
    for (const extension of extensions) extension.attach?.(server, open)
    return { sdk: server, subscriptions: new Set() }
  }
}

/** The list is one page. */
const unknownCursor = () =>
  new ProtocolError(rpcCodes.invalidParams, 'Unknown cursor: the list has a single page')

async function callOperation(
  parts: ServerParts,
  params: CallToolRequest['params'],
  exchange: Exchange,
  context: ServerContext,
): Promise<CallToolResult> {
  const bound = parts.catalog.find(params.name, exchange)
  if (!bound) {
    exchange.outcome = 'unknown_tool'
    throw protocolError(unknownTool)
  }
  const input = params.arguments ?? {}
  const called = await callTool(parts, bound, input, exchange, context.mcpReq.signal, progressOf(context))
  if (called.kind !== 'answer') return failedResult(called)
  return { content: [{ type: 'text', text: called.json }], structuredContent: called.output }
}

function failedResult(called: Exclude<Called, { kind: 'answer' }>): CallToolResult {
  if (called.kind === 'refusal') throw protocolError(called.refusal)
  const text = JSON.stringify(called.failure)
  return { content: [{ type: 'text', text }], isError: true, _meta: { [failureKey]: called.failure } }
}

async function callExtension(
  parts: ServerParts,
  tool: ExtensionTool,
  params: CallToolRequest['params'],
  exchange: Exchange,
  context: ServerContext,
  server: Server,
): ReturnType<ExtensionTool['call']> {
  try {
    return await tool.call(params, context, server)
  } catch (error) {
    if (error instanceof ProtocolError) throw error
    return failedResult(failedCall(parts, tool.definition.name, error, exchange, context.mcpReq.signal))
  }
}

/** Sends progress to clients that asked for it; figures that do not grow are dropped, as the protocol demands. */
function progressOf({ mcpReq }: ServerContext): Progress | undefined {
  const token = mcpReq._meta?.progressToken
  if (token === undefined) return undefined
  let last = Number.NEGATIVE_INFINITY
  return (done, total, message) => {
    if (done <= last) return
    last = done
    const params = { progressToken: token, progress: done, total, message }
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {})
  }
}
