import { afterEach, expect, test } from 'bun:test'
import { type Started, start } from '../kit/process'
import { emptyFolder } from './rig'

const servers: Started[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.process.kill('SIGKILL')
    await server.ended()
  }
})

const anyPort = ['--port', '0', '--otel-prometheus-port', '0']

function serve(args: string[], options: { cwd?: string; env?: Record<string, string> } = {}): Started {
  const server = start(['serve', ...args], { cwd: emptyFolder(), ...options })
  servers.push(server)
  return server
}

/** URL of the service, once it listens. */
const urlOf = async (server: Started) => (await server.seen(/^Holdfast listens on (http:\S+)$/m))[1]!
const keyOf = async (server: Started) => (await server.seen(/^ {2}(kota_enterprise_\S+)$/m))[1]!

test('the first start needs nothing, says where it listens and shows a key that works, once', async () => {
  const cwd = emptyFolder()
  const first = serve(anyPort, { cwd })
  const [url, key] = [await urlOf(first), await keyOf(first)]
  const snippet = JSON.parse((await first.seen(/^\{\n[\s\S]*?^\}$/m))[0])
  expect(snippet).toEqual({
    mcpServers: { holdfast: { url: `${url}/mcp`, headers: { Authorization: `Bearer ${key}` } } },
  })
  expect(first.stdout()).toMatch(
    /^Holdfast listens on http:\/\/127\.0\.0\.1:\d+\nPrometheus listens on http:\/\/127\.0\.0\.1:\d+\/metrics\n$/,
  )
  expect(first.stderr()).toContain(`Using SQLite: ${cwd}/data/holdfast.db\n`)
  const headers = { Authorization: `Bearer ${key}` }
  expect((await fetch(`${url}/api/v1/journal/entries`, { headers })).status).toBe(200)
  expect((await fetch(`${url}/api/v1/journal/entries`)).status).toBe(401)
  expect(await first.end('SIGTERM')).toBe(0)

  const second = serve(anyPort, { cwd })
  const again = await urlOf(second)
  expect((await fetch(`${again}/api/v1/journal/entries`, { headers })).status).toBe(200)
  expect(await second.end('SIGINT')).toBe(0)
  expect(second.stderr()).not.toContain('kota_')
  expect(first.stderr().split(key).length).toBe(3)
})

test('Prometheus has a listener of its own, which can be left out', async () => {
  const server = serve(anyPort)
  const exposition = await (await fetch((await server.seen(/^Prometheus listens on (\S+)$/m))[1]!)).text()
  expect(exposition).toContain('process_resident_memory_bytes')
  const without = serve([...anyPort, '--no-otel-prometheus-enabled'])
  await keyOf(without)
  expect(without.stdout()).not.toContain('Prometheus')
})

test('a busy port is one clear line and exit 1, for either listener', async () => {
  const cwd = emptyFolder()
  using busy = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  for (const [flag, other, setting] of [
    ['--port', '--otel-prometheus-port', 'PORT'],
    ['--otel-prometheus-port', '--port', 'OTEL_PROMETHEUS_PORT'],
  ] as const) {
    const server = serve([flag, String(busy.port), other, '0'], { cwd })
    expect(await server.ended()).toBe(1)
    expect(server.stdout()).toBe('')
    expect(server.stderr()).toEndWith(
      `holdfast: port ${busy.port} on 127.0.0.1 is busy: stop what listens there, or choose another with ${setting}\n`,
    )
    expect(server.stderr()).not.toContain('kota_')
  }
})

test('SIGTERM lets a request in flight finish, and takes no new ones', async () => {
  const server = serve(anyPort)
  const url = await urlOf(server)
  const body = slowBody(`{"entry":"written while draining"}`)
  const headers = { Authorization: `Bearer ${await keyOf(server)}`, 'Content-Type': 'application/json' }
  const answer = fetch(`${url}/api/v1/journal/entries`, { method: 'POST', headers, body: body.stream })
  await body.begun
  server.process.kill('SIGTERM')
  await server.seen(/"draining"/)
  await refused(url)
  body.finish()
  expect((await answer).status).toBeLessThan(300)
  expect(await server.ended()).toBe(0)
})

test('between falling readiness and closing doors there is the time that proxies need; one line tells each step', async () => {
  const server = serve([...anyPort, '--shutdown-delay-seconds', '2'])
  const url = await urlOf(server)
  const headers = { Authorization: `Bearer ${await keyOf(server)}` }
  server.process.kill('SIGTERM')
  await server.seen(/"draining"/)
  expect((await fetch(`${url}/readyz`)).status).toBe(503)
  expect((await fetch(`${url}/api/v1/journal/entries`, { headers })).status).toBe(200)
  expect(await server.ended()).toBe(0)
  await server.seen(/"stopped"/)
  const line = server
    .stderr()
    .split('\n')
    .find((text) => text.includes('"stopped"'))
  const { unready_ms, requests_ms, flush_ms, close_ms, total_ms } = JSON.parse(line ?? '{}')
  expect(unready_ms).toBeGreaterThanOrEqual(1990)
  expect(total_ms).toBeGreaterThanOrEqual(unready_ms + requests_ms + flush_ms + close_ms - 5)
})

/** A body whose second half comes when told. */
function slowBody(text: string) {
  const half = Math.floor(text.length / 2)
  const [begun, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode(text.slice(0, half)))
      await Bun.sleep(300)
      begun.resolve()
      await told.promise
      controller.enqueue(new TextEncoder().encode(text.slice(half)))
      controller.close()
    },
  })
  return { stream, begun: begun.promise, finish: told.resolve }
}

/** Waits until nobody accepts connections there. */
async function refused(url: string): Promise<void> {
  for (;;) {
    try {
      await fetch(`${url}/livez`, { headers: { Connection: 'close' } })
      await Bun.sleep(10)
    } catch {
      return
    }
  }
}

test('a request that does not end is cut at the deadline', async () => {
  const server = serve([...anyPort, '--shutdown-timeout-seconds', '1'])
  const body = slowBody('{"entry":"never finished"}')
  const headers = { Authorization: `Bearer ${await keyOf(server)}`, 'Content-Type': 'application/json' }
  const answer = fetch(`${await urlOf(server)}/api/v1/journal/entries`, {
    method: 'POST',
    headers,
    body: body.stream,
  }).catch(() => 'cut')
  await body.begun
  const started = performance.now()
  expect(await server.end('SIGTERM')).toBe(0)
  expect(performance.now() - started).toBeLessThan(5000)
  expect(await answer).toBe('cut')
})

test('a second signal ends at once', async () => {
  const server = serve([...anyPort, '--shutdown-timeout-seconds', '300'])
  const body = slowBody('{"entry":"never finished"}')
  const headers = { Authorization: `Bearer ${await keyOf(server)}`, 'Content-Type': 'application/json' }
  void fetch(`${await urlOf(server)}/api/v1/journal/entries`, {
    method: 'POST',
    headers,
    body: body.stream,
  }).catch(() => 'cut')
  await body.begun
  await Bun.sleep(500) // the request is on its way; a server without one would be done at once
  server.process.kill('SIGINT')
  await server.seen(/"draining"/)
  expect(await server.end('SIGINT')).toBe(1)
})

test('wrong settings and unknown flags never start a server', async () => {
  const wrong = serve(['--port', 'x'])
  expect(await wrong.ended()).toBe(78)
  const unknown = serve(['--prot', '0'])
  expect(await unknown.ended()).toBe(2)
  expect(wrong.stdout() + unknown.stdout()).toBe('')
})
