import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare, type Sample, type Target } from './kit/load'
import { type Served, serve } from './kit/serve'
import { printTable } from './kit/table'

const main = join(import.meta.dir, '../src/main.ts')
const binary = process.env.HOLDFAST_BINARY
const command = binary ? [binary] : [process.execPath, main]
const call = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'get_journal_entries', arguments: { limit: 10 } },
}

/** `tools/call get_journal_entries` (limit 10: key, quota, read) over MCP and REST, against a bare Elysia route in the same run. */
export async function benchOperation(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const env = {
    DATA_DIR: folder,
    PORT: '0',
    OTEL_PROMETHEUS_PORT: '0',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'INFO',
  }
  const holdfast = await serve([...command, 'serve'], env)
  const keys = {
    counted: addKey(env, ['--tier', 'premium']),
    unlimited: addKey(env, ['--tier', 'enterprise']),
  }
  await fill(holdfast.url, keys.unlimited)
  liftLimits(env, keys.counted)
  const answer = await mcp(holdfast.url, keys.counted)
  const elysia = await serve([process.execPath, join(import.meta.dir, 'servers/elysia.ts')], {
    ANSWER: answer,
    DATABASE: join(folder, 'holdfast.db'),
  })
  const results = await compare(targets(holdfast, elysia, keys))
  report(results)
  await Promise.all([holdfast.stop(), elysia.stop()])
  rmSync(folder, { recursive: true, force: true })
}

function report(results: Map<string, Sample>): void {
  const bare = results.get('bare Elysia, small JSON')!
  const same = results.get('bare Elysia, same bytes')!
  const reads = results.get('bare Elysia, reads SQLite')!
  printTable('One operation (32 connections, server on one core)', [
    [
      'target',
      'answers/s',
      'p50 ms',
      'p99 ms',
      'errors',
      'CPU µs',
      '× bare',
      '× bare by CPU',
      '× same bytes by CPU',
      '× reads SQLite by CPU',
    ],
    ...[...results].map(([name, { rate, p50, p99, errors, cpu }]) => [
      name,
      rate,
      p50,
      p99,
      errors,
      cpu,
      rate / bare.rate,
      bare.cpu / cpu,
      same.cpu / cpu,
      reads.cpu / cpu,
    ]),
  ])
}

function addKey(env: Record<string, string>, flags: string[]): { id: string; key: string } {
  const args = [...command, 'keys', 'create', '--user-id', 'bench', ...flags, '--json']
  const made = Bun.spawnSync(args, { env: { PATH: process.env.PATH ?? '', ...env } })
  return JSON.parse(made.stdout.toString())
}

/** A counted key that no window stops: an enterprise key with its own, huge limits. */
function liftLimits(env: Record<string, string>, { id }: { id: string }): void {
  const { Database } = require('bun:sqlite') as typeof import('bun:sqlite')
  const db = new Database(join(env.DATA_DIR!, 'holdfast.db'))
  const limits = JSON.stringify({ burst: 1e9, hour: 1e9, day: 1e9, month: 1e9 })
  db.run("update api_keys set tier = 'enterprise', limits = ? where id = ?", [limits, id])
  db.close()
}

async function fill(url: string, { key }: { key: string }): Promise<void> {
  for (let n = 0; n < 200; n++) {
    const entry = `Entry ${n}: bought a little BTC after the pullback, followed the plan and stayed calm about the size.`
    await fetch(`${url}/api/v1/journal/entries`, {
      method: 'POST',
      headers: headersOf(key),
      body: JSON.stringify({ entry }),
    })
  }
}

const headersOf = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' })

async function mcp(url: string, { key }: { key: string }): Promise<string> {
  const headers = {
    ...headersOf(key),
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-06-18',
  }
  const response = await fetch(`${url}/mcp`, { method: 'POST', headers, body: JSON.stringify(call) })
  const text = await response.text()
  if (!response.ok || !text.includes('structuredContent'))
    throw new Error(`unexpected answer: ${response.status} ${text.slice(0, 300)}`)
  return text
}

type Keys = Record<'counted' | 'unlimited', { key: string }>

function targets(holdfast: Served, elysia: Served, keys: Keys): Target[] {
  const mcpCall = (name: string, version: string, key: string, body: object): Target => ({
    name,
    pid: holdfast.pid,
    url: `${holdfast.url}/mcp`,
    method: 'POST',
    headers: {
      ...headersOf(key),
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': version,
    },
    body: JSON.stringify(body),
  })
  const rest = (name: string, key: string): Target => ({
    name,
    url: `${holdfast.url}/api/v1/journal/entries?limit=10`,
    pid: holdfast.pid,
    headers: { authorization: `Bearer ${key}` },
  })
  return [
    { name: 'bare Elysia, small JSON', url: `${elysia.url}/json`, pid: elysia.pid },
    {
      name: 'bare Elysia, same bytes',
      url: `${elysia.url}/echo`,
      pid: elysia.pid,
      method: 'POST',
      headers: headersOf('x'),
      body: JSON.stringify(call),
    },
    { name: 'bare Elysia, reads SQLite', url: `${elysia.url}/sqlite`, pid: elysia.pid },
    mcpCall('MCP tools/call, key and quota', '2025-06-18', keys.counted.key, call),
    mcpCall('MCP tools/call, unlimited key', '2025-06-18', keys.unlimited.key, call),
    rest('REST, key and quota', keys.counted.key),
    { name: 'GET /healthz', url: `${holdfast.url}/healthz`, pid: holdfast.pid },
  ]
}
