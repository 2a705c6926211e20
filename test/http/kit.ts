import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from '../../migrations'
import type { Module, Running } from '../../src/core/module'
import type { Tier } from '../../src/core/principal'
import { loadConfig } from '../../src/platform/config/load'
import { createDispatcher } from '../../src/platform/dispatch/dispatch'
import { createHealth, type HealthParts } from '../../src/platform/http/health'
import { createHttp } from '../../src/platform/http/http'
import { createProbes } from '../../src/platform/http/probes'
import { createKey } from '../../src/platform/identity/keys'
import { createIdentity } from '../../src/platform/identity/open'
import { openLimits } from '../../src/platform/limits/open'
import { createMcp } from '../../src/platform/mcp/mcp'
import { createMigrator } from '../../src/platform/storage/migrate'
import { openStorage } from '../../src/platform/storage/open'
import { createTelemetry } from '../../src/platform/telemetry/open'
import { shop } from './shop'

export interface ServeOptions {
  env?: Record<string, string>
  module?: Module
  /** Seconds that a small body may take. */
  bodySeconds?: number
  /** Replaces parts of the health, e.g. a database that does not answer. */
  health?: Partial<HealthParts>
}

export type Served = Awaited<ReturnType<typeof serve>>

/** The service behind a real socket: real storage, identity, quotas and MCP, with the log in `lines`. */
export async function serve({ env, module = shop, bodySeconds, health: parts }: ServeOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-http-'))
  const loaded = loadConfig({
    env: { DATA_DIR: folder, LOG_FORMAT: 'json', ...env },
    flags: {},
    cwd: folder,
    modules: [],
  })
  const { config } = loaded
  const lines: string[] = []
  const telemetry = createTelemetry(config, { write: (line) => void lines.push(line) })
  const { meter } = telemetry
  const storage = await openStorage(config)
  const migrator = createMigrator(storage, migrations)
  await migrator.up()
  const now = Date.now
  const limits = await openLimits({ config, storage, meter, log: telemetry.log('limits'), now })
  const identity = createIdentity({ config, storage, limits, meter, now, fetch })
  const { operations, routes = [] } = (await module.start({} as never)) as Running
  const { name, title, description } = module
  const mounted = [{ module: name, title, description, operations, routes, jobs: [] }]
  const dispatcher = createDispatcher(mounted, {
    storage,
    limits,
    appendAudit: async () => {},
    now,
    timeoutSeconds: Math.min(30, config.REQUEST_TIMEOUT_SECONDS),
  })
  const version = '1.2.3'
  const health = createHealth({
    config,
    version,
    storage,
    limits,
    identity,
    migrator,
    components: {},
    ...parts,
  })
  const mcp = createMcp({ config, version, dispatcher, log: telemetry.log('mcp'), meter })
  const http = createHttp({
    config,
    version,
    dispatcher,
    identity,
    limits,
    health,
    mcp,
    telemetry,
    bodySeconds,
  })
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 30,
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: http.fetch,
  })
  const addKey = async (owner: string, tier: Tier = 'enterprise', scopes: string[] = ['*']) =>
    (await createKey(storage.system, { userId: owner, tier, scopes })).key
  const key = await addKey('tester')
  const url = `http://127.0.0.1:${server.port}`
  return {
    url,
    port: server.port!,
    key,
    addKey,
    lines,
    health,
    probes: createProbes({ health, telemetry }),
    exposition: (format?: 'text' | 'openmetrics') => telemetry.exposition(format),
    /** A request to the socket with the key, unless the headers say otherwise. */
    send: (path: string, init: RequestInit = {}) =>
      fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${key}`, ...init.headers } }),
    post: (path: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') =>
      fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async close() {
      await server.stop(true)
      health.close()
      await mcp.close()
      await limits.close()
      await storage.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Sends bytes as they are and gives back what came until the server closed, or until `enough` says so. */
export function raw(port: number, text: string | Buffer, enough: (seen: string) => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = ''
    const socket = net.connect(port, '127.0.0.1', () => socket.write(text))
    const done = () => {
      socket.destroy()
      resolve(seen)
    }
    socket.setTimeout(20_000, () => reject(new Error(`the server says nothing more after: ${seen}`)))
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1')
      if (enough(seen)) done()
    })
    socket.on('close', done)
    socket.on('error', () => (seen ? done() : reject(new Error('the connection broke before any answer'))))
  })
}

/** A problem document as tests look at it. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  request_id: string
  errors?: { path: string; message: string }[]
  [member: string]: unknown
}

/** The problem of a response, after checking that it is one. */
export async function problemOf(response: Response): Promise<Problem> {
  const type = response.headers.get('content-type')
  if (type !== 'application/problem+json')
    throw new Error(`no problem: ${response.status} ${type} ${await response.text()}`)
  const problem = (await response.json()) as Problem
  if (problem.status !== response.status) throw new Error('the status in the body differs')
  if (problem.request_id !== response.headers.get('x-request-id')) throw new Error('the request id differs')
  return problem
}
