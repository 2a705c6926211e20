import type { Logger, Meter } from '../../core/module'
import type { Resource } from '../../core/resource'
import type { Config } from '../config/settings'
import type { Dispatcher } from '../dispatch/dispatch'
import type { Identity } from '../identity/identity'
import type { Tasks } from '../tasks/tasks'
import { createAnswering } from './answer'
import { type Catalog, createCatalog } from './catalog'
import { type Changes, createChanges } from './changes'
import { type Exchange, HttpExchange, type McpContext, type NoteAnswer } from './exchange'
import type { Extension } from './extension'
import { createFastPath, type FastPath } from './fast-path'
import { instructionsFor } from './instructions'
import { createLibrary } from './library'
import { createParameterHeaderCheck } from './parameter-headers'
import { makeRefusal, refuse, rpcCodes } from './refusal'
import { createRequestMeter } from './request-meter'
import type { ServerParts } from './sdk-server'
import { selectionOf, toolsetsOf } from './selection'
import { createSessions, type Sessions } from './sessions'
import type { SlowPath } from './slow-path'
import { serveTasks } from './tasks/run-task'

export interface McpParts {
  config: Config
  version: string
  dispatcher: Dispatcher
  log: Logger
  meter: Meter
  /** Milliseconds since the epoch; tests move it. */
  now?: () => number
  /** Resources of the platform itself. */
  resources?: readonly Resource[]
  /** Served beside the operations. */
  extensions?: readonly Extension[]
  /** Absent where calls cannot outlive their request. */
  tasks?: Tasks | undefined
  /** Looks whether the callers of tasks still may; absent where nobody presents a credential. */
  identity?: Pick<Identity, 'current'>
}

/** MCP over Streamable HTTP, every revision from 2024-11-05 to 2026-07-28. Sessions are there for whoever can use them. */
export interface Mcp {
  /**
   * Answers one request and tells its context, which has checked Host, Origin and credential; `text` is its body, received whole, empty
   * without one.
   */
  handle(request: Request, context: McpContext, text: string): void
  /** The sessions that are open now. */
  readonly sessions: Pick<Sessions, 'size' | 'sweep'>
  /** Ends the streams that wait for something to happen; calls in flight go on. */
  drain(): void
  /** Ends sessions and streams that are still open. */
  close(): Promise<void>
}

export function createMcp(parts: McpParts): Mcp {
  const { catalog, changes, servers, fast } = createServing(parts)
  const checkHeaders = createParameterHeaderCheck(inputsOf(parts))
  const sessions = createSessions(sessionLimits(parts))
  let loading: Promise<SlowPath> | undefined
  const slow = () => {
    loading ??= import('./slow-path').then((path) => path.createSlowPath(servers, sessions))
    return loading
  }
  const answer = createAnswering({ fast, slow, sessions, checkHeaders })
  const note = createNote(parts.meter, catalog)
  const names = parts.dispatcher.mounted.map(({ module }) => module)
  const modules = new Set(names)
  const usual = toolsetsOf(parts.config.MCP_TOOLSETS, names)
  return {
    sessions,
    handle(request, context, text) {
      if (context.module !== undefined && !modules.has(context.module))
        return context.respond(refuse(noModule(names)), performance.now())
      const part = selectionOf(request.headers, names, usual)
      answer(request, new HttpExchange(request, context, note, part), text)
    },
    drain: () => void loading?.then((path) => path.drain()),
    async close() {
      await sessions.close()
      await (await loading)?.close()
      changes.close()
    },
  }
}

function createNote(meter: Meter, catalog: Catalog): NoteAnswer {
  const count = createRequestMeter(meter)
  return (exchange, status, milliseconds) => {
    const { message } = exchange
    const name = message?.params?.name
    const tool = typeof name === 'string' && catalog.find(name, exchange) ? name : null
    const outcome = exchange.outcome === 'ok' && status >= 400 ? 'refused' : exchange.outcome
    count(message?.method, tool, outcome, milliseconds / 1000)
  }
}

/** The inputs of all tools, as declared. */
const inputsOf = ({ dispatcher, extensions = [] }: McpParts) => [
  ...dispatcher.operations.map(({ operation: { name, input } }) => ({ name, inputSchema: input })),
  ...extensions.flatMap(({ tools = [] }) => tools.map(({ definition }) => definition)),
]

const sessionLimits = ({ config, now = Date.now }: McpParts) => ({
  most: config.MCP_SESSION_LIMIT,
  idleMs: config.MCP_SESSION_IDLE_MINUTES * 60_000,
  now,
})

export interface Serving {
  catalog: Catalog
  changes: Changes
  /** What servers of the SDK are made of. */
  servers: ServerParts
  fast: FastPath
}

/** What HTTP and stdio have in common. */
export function createServing(parts: McpParts): Serving {
  const { config, dispatcher, log, version, tasks, extensions = [] } = parts
  const extra = extensions.flatMap(({ tools = [] }) => tools)
  const named = new Map(extra.map((tool) => [tool.definition.name, tool]))
  if (tasks) serveTasks({ dispatcher, log, extra: named, identity: parts.identity }, tasks)
  const definitions = extra.map(({ definition }) => definition)
  const catalog = createCatalog(dispatcher, { extra: definitions, pageSize: config.MCP_TOOLS_PAGE_SIZE })
  const library = createLibrary(dispatcher.mounted, parts.resources)
  const changes = createChanges(dispatcher, library)
  const serverInfo = { name: config.MCP_SERVER_NAME, version }
  const instructions = (exchange: Exchange) => instructionsFor(dispatcher, config.MCP_SERVER_NAME, exchange)
  return {
    catalog,
    changes,
    servers: { dispatcher, log, catalog, library, changes, extensions, tasks, serverInfo, instructions },
    fast: createFastPath({ dispatcher, log }, catalog, serverInfo),
  }
}

const noModule = (modules: string[]) =>
  makeRefusal(404, rpcCodes.invalidRequest, `There is no such module here; there are ${modules.join(', ')}`)
