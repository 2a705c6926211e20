import { rmSync } from 'node:fs'
import type { Principal } from '../../src/core/principal'
import { type Config, platformSettings } from '../../src/platform/config/settings'
import { createDispatcher } from '../../src/platform/dispatch/dispatch'
import { quotaHeaders } from '../../src/platform/limits/headers'
import { openLimits } from '../../src/platform/limits/open'
import type { McpContext } from '../../src/platform/mcp/exchange'
import type { Extension } from '../../src/platform/mcp/extension'
import { createMcp, type McpParts } from '../../src/platform/mcp/mcp'
import { openStorage } from '../../src/platform/storage/open'
import { createTelemetry } from '../../src/platform/telemetry/open'
import { emptyFolder } from '../kit/folder'
import { fixtures } from './fixtures'

/** Whoever holds the key of this text. */
export const people: Record<string, Principal> = {
  all: { id: 'all', tier: 'enterprise', scopes: ['*'], kind: 'key' },
  reader: { id: 'reader', tier: 'enterprise', scopes: ['fixture:read'], kind: 'key' },
  stranger: { id: 'stranger', tier: 'enterprise', scopes: ['*'], kind: 'key' },
  free: { id: 'free', tier: 'free', scopes: ['*'], kind: 'key' },
  nobody: { id: 'nobody', tier: 'free', scopes: [], kind: 'anonymous' },
}

export interface KitOptions {
  settings?: Partial<Config>
  /** The clock of sessions. */
  now?: () => number
}

/** The parts of an MCP server on a real SQLite folder with real quotas. `lines` are its log lines. */
export async function createParts(extensions: readonly Extension[] = [], options: KitOptions = {}) {
  const folder = emptyFolder()
  const defaults = Object.entries(platformSettings).map(([name, setting]) => [name, setting.default])
  const config = { ...Object.fromEntries(defaults), DATA_DIR: folder, ...options.settings } as Config
  const lines: string[] = []
  const telemetry = createTelemetry(config, { write: (line) => void lines.push(line) })
  const log = telemetry.log('mcp')
  const storage = await openStorage(config)
  const limits = await openLimits({ config, storage, meter: telemetry.meter, log, now: Date.now })
  const appendAudit = async () => {}
  const dispatcher = createDispatcher(fixtures, {
    storage,
    limits,
    appendAudit,
    now: Date.now,
    timeoutSeconds: 30,
  })
  const parts: McpParts = {
    config,
    version: '1.2.3',
    dispatcher,
    log,
    meter: telemetry.meter,
    extensions,
    now: options.now ?? Date.now,
  }
  const release = async () => {
    await limits.close()
    await storage.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { parts, lines, exposition: () => telemetry.exposition(), release }
}

/** The same behind a socket: `Authorization: Bearer <name>` chooses who calls, `/mcp/<module>` one module. */
export async function startMcp(extensions: readonly Extension[] = [], options: KitOptions = {}) {
  const { parts, lines, exposition, release } = await createParts(extensions, options)
  const mcp = createMcp(parts)
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 30,
    async fetch(request) {
      const body = await request.text()
      const name = request.headers.get('authorization')?.slice('Bearer '.length) ?? 'all'
      const module = /^\/mcp\/([^/]+)$/.exec(new URL(request.url).pathname)?.[1]
      const { promise, resolve: respond, reject: fail } = Promise.withResolvers<unknown>()
      const context = {
        principal: people[name]!,
        requestId: crypto.randomUUID(),
        answer,
        respond,
        fail,
        ...(module && { module }),
      }
      mcp.handle(request, context, body)
      return promise as Promise<Response>
    },
  })
  const url = `http://127.0.0.1:${server.port}/mcp`
  return {
    url,
    lines,
    exposition,
    mcp,
    post: (body: unknown, headers?: Record<string, string>, path = '') => post(url + path, body, headers),
    async close() {
      await server.stop(true)
      await mcp.close()
      await release()
    },
  }
}

const answer: McpContext['answer'] = (json, quota) =>
  new Response(json, { headers: { 'Content-Type': 'application/json', ...(quota && quotaHeaders(quota)) } })

export type TestMcp = Awaited<ReturnType<typeof startMcp>>

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

/** A JSON-RPC request. */
export const rpc = (method: string, params?: unknown, id: unknown = 1) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})

/** A tools/call of the older revisions. */
export const callOf = (name: string, args: unknown = {}, id: unknown = 1) =>
  rpc('tools/call', { name, arguments: args }, id)

const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** Body and headers of a request of 2026-07-28. */
export function modern(method: string, params: Record<string, unknown> = {}, meta: object = {}) {
  const headers: Record<string, string> = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method }
  if (typeof params.name === 'string') headers['mcp-name'] = params.name
  return [rpc(method, { ...params, _meta: { ...envelope, ...meta } }), headers] as const
}

/** The parts of an answer that tests look at. */
export interface Answer {
  jsonrpc: string
  id: unknown
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape that it asks for
  result?: any
  error?: { code: number; message: string; data?: Record<string, unknown> }
}

/** The one message of a JSON answer. */
export async function answerOf(response: Response | Promise<Response>): Promise<Answer> {
  const { headers, ...rest } = await response
  void rest
  const text = await (await response).text()
  if (!headers.get('content-type')?.startsWith('application/json')) throw new Error(`not JSON: ${text}`)
  return JSON.parse(text)
}
