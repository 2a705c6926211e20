import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, type AppOptions, createApp, modules } from '../../src/app'
import type { Module } from '../../src/core/module'
import type { Tier } from '../../src/core/principal'
import { loadConfig } from '../../src/platform/config/load'
import { createKey } from '../../src/platform/identity/keys'

export interface TestAppOptions extends AppOptions {
  /** Settings beyond the kit's own; `DATABASE_URL` chooses Postgres. */
  env?: Record<string, string>
  /** Reuse a data folder (a restart); it is then kept. */
  folder?: string
}

/** What a tool call came back with; `status` is HTTP's. */
export interface ToolAnswer {
  status: number
  headers: Headers
  structuredContent?: unknown
  isError?: boolean
  content?: { type: string; text: string }[]
  error?: { code: number; message: string; data?: Record<string, unknown> }
}

/** A whole server without a socket, and ways to call it as a caller would. */
export interface TestApp extends App {
  folder: string
  /** An enterprise key of owner `tester` with every scope. */
  key: string
  addKey(owner: string, tier?: Tier, scopes?: string[]): Promise<string>
  send(path: string, init?: RequestInit): Promise<Response>
  rest(method: string, path: string, body?: unknown, key?: string | null): Promise<Response>
  tool(name: string, args: unknown, key?: string): Promise<ToolAnswer>
}

/** Starts the real server (SQLite in a temporary folder unless DATABASE_URL is given) and makes a key. */
export async function startApp(options: TestAppOptions = {}): Promise<TestApp> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'holdfast-'))
  const env = { DATA_DIR: folder, LOG_LEVEL: 'ERROR', ...options.env }
  const known: Module[] = options.modules ?? modules
  const loaded = loadConfig({ env, flags: {}, cwd: folder, modules: known })
  const app = await createApp(loaded, { migrate: true, ...options })
  const addKey = async (owner: string, tier: Tier = 'enterprise', scopes: string[] = ['*']) =>
    (await createKey(app.storage.system, { userId: owner, tier, scopes })).key
  const key = await addKey('tester', 'enterprise', ['*', 'metrics:read'])
  const send = (path: string, init: RequestInit = {}) =>
    app.fetch(new Request(`http://localhost${path}`, init))
  return {
    ...app,
    folder,
    key,
    addKey,
    send,
    rest: (method, path, body, as = key) =>
      send(path, { method, headers: restHeaders(as, body), body: encode(body) }),
    tool: async (name, args, as = key) => callTool(send, name, args, as),
    async close() {
      await app.close()
      if (!options.folder) rmSync(folder, { recursive: true, force: true })
    },
  }
}

const encode = (body: unknown) =>
  body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)

const restHeaders = (key: string | null, body: unknown): Record<string, string> => ({
  ...(key === null ? {} : { authorization: `Bearer ${key}` }),
  ...(body === undefined ? {} : { 'content-type': 'application/json' }),
})

let calls = 0

async function callTool(
  send: TestApp['send'],
  name: string,
  args: unknown,
  key: string,
): Promise<ToolAnswer> {
  const request = { jsonrpc: '2.0', id: ++calls, method: 'tools/call', params: { name, arguments: args } }
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-06-18',
  }
  const response = await send('/mcp', { method: 'POST', headers, body: JSON.stringify(request) })
  const answer = (await response.json()) as { result?: object; error?: ToolAnswer['error'] }
  return { status: response.status, headers: response.headers, ...answer.result, error: answer.error }
}
