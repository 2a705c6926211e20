import { afterEach, describe, expect, test } from 'bun:test'
import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { platformName } from '../src/platform/upgrade/platform'
import { emptyFolder } from './kit/folder'
import { finish as finishAny, type Started, start as startAny } from './kit/process'

const binary = resolve(process.env.HOLDFAST_BINARY ?? join(import.meta.dir, '../dist/holdfast'))
const built = existsSync(binary)

if (!built && process.env.HOLDFAST_BINARY) throw new Error(`HOLDFAST_BINARY: there is no ${binary}`)
if (!built)
  console.warn(
    '\n*** The compiled binary was NOT tested: there is no dist/holdfast. Run `bun run build` first. ***\n',
  )

const finish = (args: string[], cwd = emptyFolder(), env: Record<string, string> = {}) =>
  finishAny(args, { cwd, env, command: [binary] })

const servers: Started[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.process.kill('SIGKILL')
    await server.ended()
  }
})

function start(cwd: string, args: string[] = [], env: Record<string, string> = {}): Started {
  const server = startAny(args, {
    cwd,
    env: { PORT: '0', OTEL_PROMETHEUS_PORT: '0', ...env },
    command: [binary],
  })
  servers.push(server)
  return server
}

const urlOf = async (server: Started) => (await server.seen(/^Holdfast listens on (http:\S+)$/m))[1]!
const keyOf = async (server: Started) => (await server.seen(/^ {2}(kota_enterprise_\S+)$/m))[1]!

describe.skipIf(!built)('the compiled binary', () => {
  test('stores metrics, also those of OTLP, in a thread of its own, and has the dashboard', async () => {
    const cwd = emptyFolder()
    const url = await urlOf(start(cwd))
    const made = await finish(['keys', 'create', '--service', 'any', '--json'], cwd)
    const headers = {
      'X-API-Key': (JSON.parse(made.stdout) as { key: string }).key,
      'Content-Type': 'application/json',
    }
    const post = (path: string, body?: string) => fetch(url + path, { method: 'POST', headers, body })
    const metric = '{"service":"s","metrics":[{"type":"custom","value":1}]}'
    const point = '{"name":"a","gauge":{"dataPoints":[{"asDouble":1}]}}'
    const otlp = `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[${point}]}]}]}`
    expect(await (await post('/metrics', metric)).json()).toMatchObject({ accepted: 1 })
    expect(await (await post('/v1/metrics', otlp)).json()).toEqual({})
    expect((await post('/flush')).status).toBe(200)
    const html = await (await fetch(`${url}/dashboard/metrics`)).text()
    const script = /src="([^"]+main\.mjs)"/.exec(html)![1]!
    expect((await fetch(url + script)).status).toBe(200)
  }, 30_000)

  test('runs from an empty folder, with a key that works over REST and MCP, and keeps what it was told', async () => {
    const cwd = emptyFolder()
    const first = start(cwd)
    const [url, key] = [await urlOf(first), await keyOf(first)]
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }
    const stored = await fetch(`${url}/api/v1/journal/entries`, {
      method: 'POST',
      headers,
      body: '{"entry":"written over REST"}',
    })
    expect(stored.status).toBeLessThan(300)
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }),
    )
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('store_journal_entry')
    const called = await client.callTool({
      name: 'store_journal_entry',
      arguments: { entry: 'written over MCP' },
    })
    expect(called.isError).toBeFalsy()
    await client.close()
    expect(await first.end('SIGTERM')).toBe(0)
    expect(readdirSync(cwd)).toEqual(['data'])

    const second = start(cwd)
    const listed = await (await fetch(`${await urlOf(second)}/api/v1/journal/entries`, { headers })).text()
    expect(listed).toContain('written over REST')
    expect(listed).toContain('written over MCP')
    expect(await second.end('SIGINT')).toBe(0)
    expect(second.stderr()).not.toContain('kota_')
  })

  test('serves Swagger UI, OpenAPI, health, probes and the exposition from itself', async () => {
    const server = start(emptyFolder())
    const url = await urlOf(server)
    const page = await fetch(`${url}/swagger`)
    const html = await page.text()
    expect(page.status).toBe(200)
    const assets = [...html.matchAll(/(?:src|href)="([^"#]+\.(?:js|css)[^"]*)"/g)].map(
      (match) => new URL(match[1]!, page.url),
    )
    expect(assets.length).toBeGreaterThan(1)
    for (const asset of assets) {
      expect(asset.origin).toBe(url)
      const answer = await fetch(asset)
      expect(answer.status, asset.href).toBe(200)
      expect((await answer.bytes()).length, asset.href).toBeGreaterThan(100)
    }
    const openapi = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object }
    expect(Object.keys(openapi.paths)).toContain('/api/v1/journal/entries')
    for (const path of ['/health', '/healthz', '/livez', '/readyz', '/startupz', '/status', '/']) {
      expect((await fetch(url + path)).status, path).toBe(200)
    }
    const exposition = (await server.seen(/^Prometheus listens on (\S+)$/m))[1]!
    expect(await (await fetch(exposition)).text()).toContain('http_requests_total')
    expect((await fetch(new URL('/readyz', exposition))).status).toBe(200)
  })

  test('answers what is too large itself, with an explanation', async () => {
    const server = start(emptyFolder())
    const headers = { Authorization: `Bearer ${await keyOf(server)}`, 'Content-Type': 'application/json' }
    const body = `{"entry":"${'x'.repeat(11 * 1024 * 1024)}"}`
    const answer = await fetch(`${await urlOf(server)}/api/v1/journal/entries`, {
      method: 'POST',
      headers,
      body,
    })
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ status: 413, code: 'too_large' })
  })

  test('executes nothing that lies in its folder, and reads .env by its own rules', async () => {
    const cwd = emptyFolder()
    writeFileSync(join(cwd, 'evil.ts'), `await Bun.write('executed', 'yes'); console.error('executed')`)
    writeFileSync(join(cwd, 'bunfig.toml'), 'preload = ["./evil.ts"]\n')
    writeFileSync(join(cwd, 'package.json'), '{"type":"commonjs"}')
    writeFileSync(join(cwd, '.env'), 'LOG_LEVEL=ERROR\nENVIRONMENT=$HOME\n')
    const { code, stdout, stderr } = await finish(['config', '--changed'], cwd, {
      HOME: '/root',
      LOG_LEVEL: '',
    })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^LOG_LEVEL +ERROR +env file$/m)
    expect(stdout).toMatch(/^ENVIRONMENT +\$HOME +env file$/m)
    expect(stderr).not.toContain('executed')
    expect(existsSync(join(cwd, 'executed'))).toBe(false)
  })

  test('refuses to run with BUN_OPTIONS', async () => {
    const { code, stderr } = await finish(['version'], emptyFolder(), { BUN_OPTIONS: '--smol' })
    expect(code).toBe(78)
    expect(stderr).toContain('BUN_OPTIONS')
  })

  test('a busy port exits with 1 and one line', async () => {
    using busy = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
    const { code, stdout, stderr } = await finish(['--port', String(busy.port)])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^holdfast: port \d+ on 127\.0\.0\.1 is busy: /m)
  })

  test('help, version, config, doctor, health and keys work', async () => {
    const cwd = emptyFolder()
    const env = { PORT: '0', OTEL_PROMETHEUS_PORT: '0' }
    expect((await finish(['help'], cwd)).stdout).toContain('holdfast help COMMAND')
    expect((await finish(['version', '--json'], cwd)).stdout).toContain('"version"')
    expect(JSON.parse((await finish(['config', '--json'], cwd, env)).stdout).length).toBeGreaterThan(20)
    expect((await finish(['keys', 'create', '--tier', 'free', '--user-id', 'a'], cwd)).stdout).toContain(
      'kota_free_',
    )
    expect((await finish(['audit', 'verify'], cwd)).code).toBe(0)
    const doctor = await finish(['doctor', '--json'], cwd, env)
    expect({ code: doctor.code, ok: JSON.parse(doctor.stdout).ok }).toEqual({ code: 0, ok: true })
    const server = start(cwd)
    expect((await finish(['health', `${await urlOf(server)}/readyz`, '--wait', '10s'], cwd)).code).toBe(0)
    expect((await finish(['serve', '--bogus'], cwd)).code).toBe(2)
  })

  test('sets up a client with itself, and works as that client starts it', async () => {
    const cwd = emptyFolder()
    const server = start(cwd)
    const env = { HOME: cwd, HOLDFAST_KEY: await keyOf(server) }
    const url = await urlOf(server)
    expect((await finish(['connect', 'claude-desktop', '--url', url], cwd, env)).code).toBe(0)
    expect((await finish(['connect', 'zed', '--stdio', '--data-dir', 'other'], cwd, env)).code).toBe(0)
    const doctor = await finish(['doctor', 'mcp', '--json'], cwd, { HOME: cwd })
    const { clients } = JSON.parse(doctor.stdout) as {
      clients: { target: string; eras: { ok: boolean }[] }[]
    }
    expect(clients.map(({ target }) => target)).toEqual([binary, binary])
    expect(clients.flatMap(({ eras }) => eras.map(({ ok }) => ok))).toEqual([true, true, true, true])
    expect(doctor.code).toBe(0)
  })

  test('serves MCP over stdio', async () => {
    const server = start(emptyFolder(), ['stdio'])
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
    }
    server.process.stdin.write(`${JSON.stringify(initialize)}\n`)
    server.process.stdin.flush()
    const answer = JSON.parse((await server.seen(/^\{.*\}$/m))[0])
    expect(answer).toMatchObject({ id: 1, result: { serverInfo: { name: 'Holdfast' } } })
    server.process.stdin.end()
    expect(await server.ended()).toBe(0)
  })

  test('is replaced by a release and comes back; its data moves', async () => {
    const [cwd, release] = [emptyFolder(), emptyFolder()]
    const own = join(cwd, 'holdfast')
    copyFileSync(binary, own)
    const { stdout } = await finish(['version', '--json'])
    const { version } = JSON.parse(stdout) as { version: string }
    const archive = `holdfast-${version}-${platformName()}.tar.gz`
    const shell = `tar -C ${cwd} -c holdfast | gzip -1 > ${archive} && sha256sum ${archive} > SHA256SUMS`
    expect(Bun.spawnSync(['sh', '-c', shell], { cwd: release }).exitCode).toBe(0)
    const run = (...args: string[]) => finishAny(args, { cwd, command: [own] })
    expect((await run('keys', 'create', '--tier', 'free', '--user-id', 'ann')).code).toBe(0)
    expect(await run('upgrade', '--from', release, '--force')).toMatchObject({
      code: 0,
      stdout: `this is ${version} already\n`,
    })
    const upgraded = await run('upgrade', '--from', release, '--release', version, '--force')
    expect(upgraded).toMatchObject({ code: 0, stderr: '' })
    expect(await run('upgrade', '--rollback', '--force')).toMatchObject({ code: 0 })
    expect(existsSync(`${own}.previous`)).toBe(true)
    expect((await run('export', 'all.tar')).code).toBe(0)
    const moved = await run('import', 'all.tar', '--data-dir', 'other')
    expect([moved.code, moved.stdout]).toEqual([0, expect.stringContaining('counts and contents equal')])
    expect((await run('keys', 'list', '--data-dir', 'other')).stdout).toContain('ann')
  })
})
