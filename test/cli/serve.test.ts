import { afterEach, expect, test } from 'bun:test'
import { connect } from 'node:net'
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
  await first.seen(/^Prometheus listens/m)
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

test('two servers never share a port', async () => {
  const first = serve(anyPort)
  const taken = new URL(await urlOf(first)).port
  const probes = new URL((await first.seen(/^Prometheus listens on (\S+)$/m))[1]!).port
  for (const [port, otherPort] of [
    [taken, '0'],
    ['0', probes],
  ] as const) {
    const second = serve(['--port', port, '--otel-prometheus-port', otherPort], { cwd: emptyFolder() })
    expect(await second.ended()).toBe(1)
    expect(second.stderr()).toContain(`holdfast: port ${port === '0' ? probes : taken} on 127.0.0.1 is busy`)
  }
  expect((await fetch(`${await urlOf(first)}/livez`)).status).toBe(200)
})

test('SIGTERM lets a request in flight finish, and takes no new ones', async () => {
  const server = serve(anyPort)
  const url = await urlOf(server)
  const request = slowRequest(url, await keyOf(server), '{"entry":"written while draining"}')
  await request.begun
  server.process.kill('SIGTERM')
  await server.seen(/"draining"/)
  await refused(url)
  request.finish()
  expect(await request.answer).toMatch(/^HTTP\/1\.1 2\d\d (?!Continue)/m)
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
  const line = server
    .stderr()
    .split('\n')
    .find((text) => text.includes('"stopped"'))
  const { unready_ms, requests_ms, flush_ms, close_ms, total_ms } = JSON.parse(line ?? '{}')
  expect(unready_ms).toBeGreaterThanOrEqual(1990)
  expect(total_ms).toBeGreaterThanOrEqual(unready_ms + requests_ms + flush_ms + close_ms - 5)
})

/** A request whose second half comes when told. `begun`: the server has it in hand; `answer`: all that came until it closed the connection. */
function slowRequest(url: string, key: string, text: string) {
  const { hostname, port } = new URL(url)
  const half = Math.floor(text.length / 2)
  const [begun, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()]
  let seen = ''
  const head = [
    'POST /api/v1/journal/entries HTTP/1.1',
    `Host: ${hostname}:${port}`,
    `Authorization: Bearer ${key}`,
    'Content-Type: application/json',
    `Content-Length: ${text.length}`,
    'Connection: close',
    // Answered by the server as soon as it has begun with the request.
    'Expect: 100-continue',
  ]
  const socket = connect(Number(port), hostname, () =>
    socket.write(`${head.join('\r\n')}\r\n\r\n${text.slice(0, half)}`),
  )
  socket.on('data', (bytes) => {
    seen += bytes
    if (seen.startsWith('HTTP/1.1 100 ')) begun.resolve()
  })
  socket.on('error', () => {})
  socket.on('close', () => answer.resolve(seen))
  return { begun: begun.promise, answer: answer.promise, finish: () => socket.write(text.slice(half)) }
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
  const request = slowRequest(await urlOf(server), await keyOf(server), '{"entry":"never finished"}')
  await request.begun
  expect(await server.end('SIGTERM')).toBe(0)
  expect(await request.answer).not.toMatch(/^HTTP\/1\.1 2/m)
})

test('a second signal ends at once', async () => {
  const server = serve([...anyPort, '--shutdown-timeout-seconds', '300'])
  const request = slowRequest(await urlOf(server), await keyOf(server), '{"entry":"never finished"}')
  await request.begun
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
