import { isJsonContentType } from '@modelcontextprotocol/server'
import { AppError } from '../../core/errors'
import type { Logger, Meter } from '../../core/module'
import type { Principal } from '../../core/principal'
import type { Config } from '../config/settings'
import type { Dispatcher } from '../dispatch/dispatch'
import { type Catalog, createCatalog } from './catalog'
import type { Exchange } from './exchange'
import type { Extension } from './extension'
import { createFastPath, type FastPath } from './fast-path'
import { instructionsFor } from './instructions'
import { modernRevision, recognizePlain } from './plain-request'
import { type Refusal, refusalOf, refuse, rpcCodes } from './refusal'
import { createRequestMeter } from './request-meter'
import { createSdkPath, type SdkPath } from './sdk-path'
import { createServers, type MakeServer } from './sdk-server'

export interface McpParts {
  config: Config
  version: string
  dispatcher: Dispatcher
  log: Logger
  meter: Meter
  /** Served beside the operations. */
  extensions?: readonly Extension[]
}

/** What is known about a request before its body is read. */
export interface McpContext {
  /** Already authenticated. */
  principal: Principal
  requestId: string
  /** Serve this module's tools alone. */
  module?: string
}

/** MCP over Streamable HTTP, every revision from 2024-11-05 to 2026-07-28, without sessions. */
export interface Mcp {
  /** Answers one request; the caller has checked Host, Origin and credential, and capped the body. */
  handle(request: Request, context: McpContext): Promise<Response>
  /** Ends streams that are still open. */
  close(): Promise<void>
}

export function createMcp(parts: McpParts): Mcp {
  const { catalog, makeServer, fast } = createServing(parts)
  const paths = { fast, sdk: createSdkPath(makeServer, parts.log) }
  const count = createRequestMeter(parts.meter)
  const modules = new Set(parts.dispatcher.mounted.map(({ module }) => module))
  return {
    async handle(request, context) {
      if (context.module !== undefined && !modules.has(context.module)) return refuse(noModule([...modules]))
      const started = performance.now()
      const exchange = openExchange(request, context)
      const { body, response } = await answer(request, exchange, paths)
      const { method, params } = (body ?? {}) as { method?: unknown; params?: { name?: unknown } }
      const tool =
        typeof params?.name === 'string' && catalog.find(params.name, exchange) ? params.name : null
      const outcome = exchange.outcome === 'ok' && response.status >= 400 ? 'refused' : exchange.outcome
      count(method, tool, outcome, (performance.now() - started) / 1000)
      return response
    },
    close: paths.sdk.close,
  }
}

/** What HTTP and stdio have in common. */
export function createServing(parts: McpParts): { catalog: Catalog; makeServer: MakeServer; fast: FastPath } {
  const { config, dispatcher, log, version, extensions = [] } = parts
  const extra = extensions.flatMap(({ tools = [] }) => tools.map(({ definition }) => definition))
  const catalog = createCatalog(dispatcher, extra)
  const serverInfo = { name: config.MCP_SERVER_NAME, version }
  const instructions = ({ module }: Exchange) => instructionsFor(dispatcher, config.MCP_SERVER_NAME, module)
  return {
    catalog,
    makeServer: createServers({ dispatcher, log, catalog, serverInfo, instructions, extensions }),
    fast: createFastPath({ dispatcher, log }, catalog, serverInfo),
  }
}

function openExchange(request: Request, { principal, requestId, module }: McpContext): Exchange {
  return {
    principal,
    requestId,
    module,
    transport: 'mcp',
    signal: request.signal,
    header: (name) => request.headers.get(name) ?? undefined,
    quota: null,
    outcome: 'ok',
  }
}

interface Answered {
  response: Response
  /** As parsed; undefined when it could not be. */
  body?: unknown
}

async function answer(
  request: Request,
  exchange: Exchange,
  { fast, sdk }: { fast: FastPath; sdk: SdkPath },
): Promise<Answered> {
  if (request.method !== 'POST') return { response: refuse(postOnly) }
  if (!isJsonContentType(request.headers.get('content-type'))) return { response: refuse(notJson) }
  const read = await readBody(request, exchange)
  if (read.refusal) return { response: refuse(read.refusal) }
  const { body } = read
  const plain = recognizePlain(body, request.headers)
  const response = plain && fast(plain, exchange)
  if (response) return { body, response: await response }
  const refusal = refusalBySession(request.headers, body) ?? refusalByBatch(request.headers, body)
  if (refusal) return { body, response: refuse(refusal, (body as { id?: unknown }).id) }
  return { body, response: await sdk.answer(request, body, exchange) }
}

async function readBody(
  request: Request,
  exchange: Exchange,
): Promise<{ body?: unknown; refusal?: Refusal }> {
  try {
    const body = await request.json()
    return typeof body === 'object' && body !== null ? { body } : { refusal: notAMessage }
  } catch (error) {
    if (!(error instanceof AppError)) return { refusal: badJson }
    const tooLarge = {
      ...notAMessage,
      status: error.kind === 'too_large' ? 413 : 400,
      message: error.message,
    }
    return { refusal: refusalOf(error, exchange.requestId) ?? tooLarge }
  }
}

const isModern = (headers: Headers) => headers.get('mcp-protocol-version') === modernRevision

/**
 * There are no sessions to know. A client that brings one of another process is told to start anew, and may: its
 * `initialize` is answered whatever id it carries. The newest revision has no sessions and ignores the header.
 */
function refusalBySession(headers: Headers, body: unknown): Refusal | undefined {
  if (!headers.has('mcp-session-id') || isModern(headers)) return undefined
  return (body as { method?: unknown }).method === 'initialize' ? undefined : noSession
}

/** Batches came with 2025-03-26 and went with it; a client without the header may be that old. */
function refusalByBatch(headers: Headers, body: unknown): Refusal | undefined {
  if (!Array.isArray(body)) return undefined
  const version = headers.get('mcp-protocol-version')
  return version === null || version === '2025-03-26' || version === '2024-11-05' ? undefined : noBatch
}

const bad = (status: number, code: number, message: string): Refusal => ({
  status,
  code,
  message,
  headers: {},
})

const badJson = bad(400, rpcCodes.parseError, 'Parse error: the body is not valid JSON')
const notAMessage = bad(400, rpcCodes.invalidRequest, 'Invalid request: the body must be a JSON-RPC message')
const noBatch = bad(
  400,
  rpcCodes.invalidRequest,
  'Invalid request: only revision 2025-03-26 has batches; send one message',
)
const notJson = bad(415, rpcCodes.notAllowed, 'Unsupported media type: send Content-Type: application/json')
const noSession = bad(
  404,
  rpcCodes.sessionNotFound,
  'Session not found: send initialize again, or no Mcp-Session-Id',
)
const postOnly: Refusal = {
  ...bad(405, rpcCodes.notAllowed, 'Method not allowed: this endpoint is stateless and answers POST alone'),
  headers: { Allow: 'POST' },
}

function noModule(modules: string[]): Refusal {
  return bad(404, rpcCodes.invalidRequest, `There is no such module here; there are ${modules.join(', ')}`)
}
