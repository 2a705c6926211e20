import {
  type CallToolRequest,
  type CallToolResult,
  type Implementation,
  type InputRequiredResult,
  isInputRequiredResult,
  mergeCapabilities,
  ProtocolError,
  type Server,
  type ServerCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server'
import type { Tasks } from '../tasks/tasks'
import { withRequestId } from '../telemetry/request-id'
import { type CallParts, callTool, failedCall } from './call-tool'
import type { Catalog } from './catalog'
import type { Changes } from './changes'
import { confirmationOf } from './confirmation'
import { contextOf, type Exchange, type OpenExchange, type Progress } from './exchange'
import type { Extension, ExtensionTool } from './extension'
import { listTtlMs } from './fast-path'
import type { Library } from './library'
import { OwnServer } from './own-server'
import { pageOf } from './paging'
import { modernRevision } from './plain-request'
import { portrait } from './portrait'
import { attachCompletion, attachPrompts } from './prompt-handlers'
import { protocolError } from './protocol-error'
import { unknownTool } from './refusal'
import { attachResources, attachSubscriptions } from './resource-handlers'
import { beginOperation, beginTask } from './tasks/begin-task'
import { attachTasks } from './tasks/task-handlers'
import { declaresTasks, tasksExtension, tasksMissing } from './tasks/wire'
import { toolResult } from './tool-result'

export interface ServerParts extends CallParts {
  /** Absent where calls cannot outlive their request. */
  tasks?: Tasks | undefined
  catalog: Catalog
  library: Library
  changes: Changes
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

/** Whether the server outlives its first request, so that it can tell its client of changes. */
export type Lifetime = 'request' | 'lasting'

/** Makes a server for whoever `first` is; `open` gives the exchange of the request that is handled. */
export type MakeServer = (open: OpenExchange, first: Exchange, lifetime: Lifetime) => McpServer

const hint = { ttlMs: listTtlMs, cacheScope: 'private' } as const
const fresh = { ttlMs: 0, cacheScope: 'private' } as const

/** What is the caller's own changes at any time; the rest only when a credential does. */
const cacheHints = {
  'tools/list': hint,
  'prompts/list': hint,
  'resources/templates/list': hint,
  'resources/list': fresh,
  'resources/read': fresh,
  'server/discover': hint,
}

/** The operations and extensions as SDK servers, for every request that the fast path leaves alone. */
export function createServers(parts: ServerParts): MakeServer {
  const { catalog, extensions } = parts
  const capabilities = capabilitiesOf(parts)
  const extra = new Map(
    extensions.flatMap(({ tools = [] }) => tools.map((tool) => [tool.definition.name, tool] as const)),
  )
  return (open, first, lifetime) => {
    const subscriptions = new Set<string>()
    const server = new OwnServer(
      { ...parts.serverInfo, ...(first.introduces && portrait) },
      {
        capabilities,
        instructions: parts.instructions(first),
        cacheHints,
      },
    )
    server.setRequestHandler('tools/list', ({ params }, context) => {
      const { page, ...next } = pageOf(catalog.list(open(context)).tools, params?.cursor, catalog.pageSize)
      return { tools: page, ...next }
    })
    server.setRequestHandler('tools/call', ({ params }, context) => {
      const tool = extra.get(params.name)
      const exchange = open(context)
      // Over stdio nobody else has said so.
      return withRequestId(exchange.requestId, () =>
        tool
          ? callExtension(parts, tool, params, exchange, context, server)
          : callOperation(parts, params, exchange, context, server),
      )
    })
    attachLibrary(server, open, parts, subscriptions, lifetime)
    if (parts.tasks) attachTasks(server, open, parts.tasks)
    for (const extension of extensions) extension.attach?.(server, open)
    if (lifetime === 'lasting') follow(server, first, parts.changes, subscriptions)
    return { sdk: server, subscriptions }
  }
}

function capabilitiesOf({ library, extensions, tasks }: ServerParts): ServerCapabilities {
  const own: ServerCapabilities = {
    ...(tasks && { extensions: { [tasksExtension]: {} } }),
    tools: {},
    completions: {},
    resources: { subscribe: true, listChanged: true },
    ...(library.hasPrompts && { prompts: {} }),
  }
  return extensions.reduce(
    (merged, extension) => mergeCapabilities(merged, extension.capabilities ?? {}),
    own,
  )
}

function attachLibrary(
  server: Server,
  open: OpenExchange,
  parts: ServerParts,
  subscriptions: Set<string>,
  lifetime: Lifetime,
): void {
  attachResources(server, open, parts)
  attachSubscriptions(server, open, parts, subscriptions, lifetime === 'lasting')
  if (parts.library.hasPrompts) attachPrompts(server, open, parts)
  attachCompletion(server, open, parts)
}

/** Tells the client what it wants to hear of, until the connection ends. The newest revision's wishes are kept by the SDK. */
function follow(server: Server, { principal }: Exchange, changes: Changes, subscriptions: Set<string>): void {
  const stop = changes.listen(principal.id, (change) => {
    const told =
      change.kind === 'listed'
        ? server.sendResourceListChanged()
        : subscriptions.has(change.uri) || server.getNegotiatedProtocolVersion() === modernRevision
          ? server.sendResourceUpdated({ uri: change.uri })
          : undefined
    told?.catch(() => {})
  })
  server.onclose = stop
}

async function callOperation(
  parts: ServerParts,
  params: CallToolRequest['params'],
  exchange: Exchange,
  context: ServerContext,
  server: Server,
): Promise<CallToolResult | InputRequiredResult> {
  const bound = parts.catalog.find(params.name, exchange)
  if (!bound) {
    exchange.outcome = 'unknown_tool'
    throw protocolError(unknownTool(params.name, parts.catalog.list({ ...exchange, everything: true }).tools))
  }
  const word = confirmationOf(bound, params.arguments ?? {}, exchange, context, server)
  if ('ask' in word) return word.ask
  if ('failure' in word) return toolResult({ kind: 'failure', failure: word.failure })
  const { input } = word
  const { tasks } = parts
  if (tasks && bound.operation.task && declaresTasks(context))
    return beginOperation({ ...parts, tasks }, bound, input as Members, exchange) as Promise<CallToolResult>
  const { signal } = context.mcpReq
  const calling = contextOf(exchange, signal, progressOf(context))
  return toolResult(await callTool(parts, bound, input, exchange, calling))
}

type Members = Record<string, unknown>

async function callExtension(
  parts: ServerParts,
  tool: ExtensionTool,
  params: CallToolRequest['params'],
  exchange: Exchange,
  context: ServerContext,
  server: Server,
): ReturnType<ExtensionTool['call']> {
  const { tasks } = parts
  const { task, definition } = tool
  try {
    if (!tasks || !task || !declaresTasks(context)) {
      if (task?.required) throw tasksMissing()
      return await tool.call(params, context, server)
    }
    const prepared = task.prepare?.(params, context) ?? params.arguments ?? {}
    if (isInputRequiredResult(prepared)) return prepared
    return (await beginTask(tasks, definition.name, prepared, exchange)) as CallToolResult
  } catch (error) {
    if (error instanceof ProtocolError) throw error
    return toolResult(failedCall(parts, definition.name, error, exchange, context.mcpReq.signal))
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
