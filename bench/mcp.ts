import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Holdfast, startHoldfast } from './kit/holdfast'
import { type Compared, compare, ratio, ratioByCpu, type Target } from './kit/load'
import { type Served, serve } from './kit/serve'
import { printTable } from './kit/table'

/**
 * Our `tools/call` with key, quota, validation and an SQLite read, beside servers that only echo, in the same run: bare
 * `Bun.serve`, both lines of the SDK, npm `fastmcp`. Also counts the tokens of the default list of tools.
 */
export async function benchMcp(): Promise<void> {
  const holdfast = await startHoldfast()
  const echoes = await startEchoes()
  await call(holdfast, 'set_preference', { key: 'theme', value: 'dark' })
  const targets = [...ownTargets(holdfast), ...echoes.map(echoTarget), modernEcho(echoes)]
  // The SDK's answers cost a fifth more or less from one round to the next: what it leaves to the collector.
  const results = await compare(targets, { rounds: 7, seconds: 3 })
  report(results)
  await reportList(holdfast)
  await Promise.all([holdfast.stop(), ...echoes.map((echo) => echo.stop())])
}

const ours = 'ours: key, quota, validation, read'
const bare = '(a) bare Bun.serve echo'
const sdk2 = '(b) SDK 2.x stateless echo'

interface Echo extends Served {
  name: string
  path: string
}

async function startEchoes(): Promise<Echo[]> {
  const script = (name: string) => [process.execPath, join(import.meta.dir, 'servers', name)]
  await installFastmcp()
  const started: Echo[] = []
  for (const [name, file, path] of [
    [bare, 'bare-echo.ts', ''],
    [sdk2, 'sdk2-echo.ts', ''],
    ['(c) SDK 1.x stateless echo', 'sdk1-echo.ts', ''],
    ['(d) npm fastmcp stateless echo', 'fastmcp/server.mjs', '/mcp'],
  ] as const) {
    started.push({ ...(await serve(script(file))), name, path })
  }
  return started
}

/** It is no dependency of ours: it brings 170 packages along. */
async function installFastmcp(): Promise<void> {
  const cwd = join(import.meta.dir, 'servers/fastmcp')
  if (existsSync(join(cwd, 'node_modules'))) return
  const install = Bun.spawn([process.execPath, 'install', '--frozen-lockfile', '--silent'], { cwd })
  if ((await install.exited) !== 0) throw new Error('fastmcp could not be installed')
}

const bodyOf = (name: string, args: object, meta?: object) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, arguments: args, ...(meta && { _meta: meta }) },
  })

const headersOf = (key: string) => ({
  ...(key && { authorization: `Bearer ${key}` }),
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
})

const older = { 'mcp-protocol-version': '2025-06-18' }
const newest = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' }
const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}

function ownTargets({ url, pid, key }: Holdfast): Target[] {
  const target = (name: string, headers: Record<string, string>, body: string): Target => ({
    name,
    url: `${url}/mcp`,
    method: 'POST',
    headers: { ...headersOf(key), ...headers },
    body,
    pid,
  })
  const read = (meta?: object) => bodyOf('get_preference', { key: 'theme' }, meta)
  return [
    target(ours, older, read()),
    target(`${ours}, 2026-07-28`, { ...newest, 'mcp-name': 'get_preference' }, read(envelope)),
    target('ours: tools/list', older, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })),
  ]
}

const text = 'dark as the night in which the harbour slept'

const echoTarget = ({ name, url, path, pid }: Echo): Target => ({
  name,
  url: url + path,
  method: 'POST',
  headers: { ...headersOf(''), ...older },
  body: bodyOf('echo', { text }),
  pid,
})

function modernEcho(echoes: Echo[]): Target {
  const echo = echoes.find(({ name }) => name === sdk2)!
  const headers = { ...headersOf(''), ...newest, 'mcp-name': 'echo' }
  return {
    ...echoTarget(echo),
    name: `${sdk2}, 2026-07-28`,
    headers,
    body: bodyOf('echo', { text }, envelope),
  }
}

function report(results: Map<string, Compared>): void {
  const against = (name: string) => results.get(name)!
  const head = [
    'server',
    'answers/s',
    'p50 ms',
    'p99 ms',
    'errors',
    'CPU µs',
    '× (a)',
    '× (a) by CPU',
    '× (b)',
  ]
  printTable('tools/call (32 connections, server on one core)', [
    head,
    ...[...results].map(([name, one]) => [
      name,
      one.rate,
      one.p50,
      one.p99,
      one.errors,
      one.cpu,
      ratio(one, against(bare)),
      ratioByCpu(one, against(bare)),
      ratio(one, against(sdk2)),
    ]),
  ])
  const own = against(ours)
  console.log(`wanted: at least 0.45 × (a): ${ratio(own, against(bare)).toFixed(2)}`)
  console.log(`wanted: at least 4 × (b): ${ratio(own, against(sdk2)).toFixed(2)}`)
}

async function send({ url, key }: Holdfast, body: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/mcp`, { method: 'POST', headers: headersOf(key), body })
  const { result } = (await response.json()) as { result?: Record<string, unknown> }
  if (!result || result.isError) throw new Error(`unexpected answer: ${response.status} to ${body}`)
  return result
}

const call = (holdfast: Holdfast, name: string, args: object) => send(holdfast, bodyOf(name, args))

async function reportList(holdfast: Holdfast): Promise<void> {
  const { tools } = await send(holdfast, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }))
  const tokens = Math.ceil(JSON.stringify(tools).length / 4)
  console.log(`wanted: a default list below 12,000 tokens: ${tokens} (${(tools as unknown[]).length} tools)`)
}
