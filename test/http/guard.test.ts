import { afterAll, beforeAll, expect, test } from 'bun:test'
import { problemOf, raw, type Served, serve } from './kit'

let server: Served
beforeAll(async () => {
  server = await serve()
})
afterAll(() => server.close())

const things = '/api/v1/shop/things'

test('a harmless X-Request-Id is taken, returned and logged', async () => {
  const response = await server.send(things, { headers: { 'x-request-id': 'trace.42_a-b' } })
  expect(response.headers.get('x-request-id')).toBe('trace.42_a-b')
  expect(server.lines.filter((line) => JSON.parse(line).request_id === 'trace.42_a-b')).toHaveLength(1)
})

test.each(['', 'has space', 'a'.repeat(129), '<script>', 'ümlaut'.normalize('NFD')])(
  'X-Request-Id %j is replaced',
  async (id) => {
    const response = await server.send(things, { headers: { 'x-request-id': encodeURI(id) } })
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  },
)

test('one log line a request says operation, caller, time and status, and nothing else about the caller', async () => {
  server.lines.length = 0
  await server.send(`${things}?limit=3`, { headers: { 'x-request-id': 'line-1' } })
  const lines = server.lines.map((line) => JSON.parse(line)).filter((line) => line.request_id === 'line-1')
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatchObject({
    message: 'request',
    operation: 'list_things',
    endpoint: things,
    status: 200,
  })
  expect(lines[0].principal).toBe(new Bun.CryptoHasher('sha256').update('tester').digest('hex').slice(0, 8))
  expect(lines[0].duration_ms).toBeGreaterThan(0)
  expect(server.lines.join('')).not.toContain(server.key)
  expect(server.lines.join('')).not.toContain('limit=3')
})

test('probes are logged at debug level only', async () => {
  server.lines.length = 0
  await server.send('/livez')
  expect(server.lines).toEqual([])
})

test('series carry route patterns; unknown paths and methods cannot make series', async () => {
  await server.send('/api/v1/shop/things/secret-id')
  await server.send('/no/such/path-1')
  await server.send('/no/such/path-2')
  await raw(server.port, 'PROPFIND / HTTP/1.1\r\nHost: localhost\r\n\r\n', (seen) =>
    seen.includes('\r\n\r\n'),
  )
  const text = await server.exposition()
  const labels = 'method="GET",endpoint="/api/v1/shop/things/:id",status="200"'
  expect(text).toContain(`http_requests_total{${labels}} 1`)
  expect(text).toMatch(/http_requests_total\{method="GET",endpoint="unmatched",status="404"\} \d/)
  expect(text).toContain(
    'http_request_duration_seconds_count{method="GET",endpoint="/api/v1/shop/things/:id"} 1',
  )
  expect(text).not.toContain('secret-id')
  expect(text).not.toContain('path-1')
  expect(text).not.toContain('PROPFIND')
})

const everyKind: [string, string, RequestInit][] = [
  ['an answer', things, {}],
  ['a problem', `${things}?limit=0`, {}],
  ['an unauthorized one', things, { headers: { authorization: 'Bearer nope' } }],
  ['an unknown path', '/nope', {}],
  ['a wrong method', things, { method: 'DELETE' }],
  ['a page', '/swagger', {}],
  ['a probe', '/livez', {}],
  ['OPTIONS', things, { method: 'OPTIONS' }],
  ['a foreign origin', things, { headers: { origin: 'https://evil.example' } }],
]

test.each(everyKind)('security headers stand on %s', async (_, path, init) => {
  const { headers } = await server.send(path, init)
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('x-frame-options')).toBe('DENY')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
  expect(headers.get('cache-control')).toMatch(/no-store|no-cache/)
  expect(headers.get('vary')).toContain('Origin')
  expect(headers.get('x-request-id')).toBeTruthy()
  expect(headers.get('strict-transport-security')).toBeNull()
})

test.each([
  [things, 'GET, HEAD, OPTIONS, POST'],
  [`${things}/1`, 'DELETE, GET, HEAD, OPTIONS, PATCH'],
  ['/health', 'GET, HEAD, OPTIONS'],
])('a wrong method on %s is 405 and says %s', async (path, allow) => {
  const response = await server.send(path, { method: 'PUT' })
  expect(response.headers.get('allow')).toBe(allow)
  expect(await problemOf(response)).toMatchObject({ status: 405, code: 'method_not_allowed' })
})

test('TRACE is not served', async () => {
  const seen = await raw(server.port, 'TRACE / HTTP/1.1\r\nHost: localhost\r\nX-Secret: 1\r\n\r\n', (text) =>
    text.includes('\r\n\r\n'),
  )
  expect(seen).toStartWith('HTTP/1.1 405')
  expect(seen).not.toContain('X-Secret')
})

test('an unknown path is 404', async () => {
  expect(await problemOf(await server.send('/api/v1/shop/nothing/here'))).toMatchObject({ status: 404 })
  expect(await problemOf(await server.send('/swagger/plugin/json'))).toMatchObject({ status: 404 })
})

test('OPTIONS says what a path has, and 404 where there is none', async () => {
  const known = await server.send(things, { method: 'OPTIONS' })
  expect([known.status, known.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS, POST'])
  expect((await server.send('/nope', { method: 'OPTIONS' })).status).toBe(404)
})

test('HEAD answers like GET, without a body', async () => {
  const response = await server.send(things, { method: 'HEAD' })
  const body = await (await server.send(things)).text()
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('')
  expect(response.headers.get('content-length')).toBe(String(body.length))
  expect((await server.send('/mcp', { method: 'HEAD' })).status).toBe(405)
  expect((await server.send('/nope', { method: 'HEAD' })).status).toBe(404)
})

test.each([
  ['evil.example', 403, 'host_not_allowed'],
  ['evil.example:8890', 403, 'host_not_allowed'],
  ['localhost.evil.example', 403, 'host_not_allowed'],
  ['127.0.0.1.evil.example', 403, 'host_not_allowed'],
  ['192.168.1.5', 403, 'host_not_allowed'],
  ['localhost, evil.example', 400, 'malformed'],
  ['evil.example/x?', 400, 'malformed'],
])('Host %s is refused while bound to loopback', async (host, status, code) => {
  const seen = await raw(server.port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`, (text) =>
    text.includes('"code"'),
  )
  expect(seen).toStartWith(`HTTP/1.1 ${status}`)
  expect(seen).toContain(`"code":"${code}"`)
})

test.each([
  'localhost',
  'LOCALHOST:1',
  '127.0.0.1',
  '127.8.9.1:80',
  '[::1]:8890',
  'app.localhost',
  'localhost.',
])('Host %s passes', async (host) => {
  const seen = await raw(server.port, `GET /livez HTTP/1.1\r\nHost: ${host}\r\n\r\n`, (text) =>
    text.includes('"ok"'),
  )
  expect(seen).toStartWith('HTTP/1.1 200')
})

test('an HTTP/1.0 health check without Host is answered', async () => {
  const seen = await raw(server.port, 'GET /healthz HTTP/1.0\r\n\r\n', (text) => text.includes('"ok"'))
  expect(seen).toStartWith('HTTP/1.1 200')
})

test.each([
  'https://evil.example',
  'http://localhost.evil.example',
  'http://127.0.0.1.evil.example:80',
  'http://evil.example/http://localhost',
  'http://localhost@evil.example',
  'null',
  'file://',
  'localhost',
])('Origin %s is refused without CORS headers', async (origin) => {
  const response = await server.send(things, { headers: { origin } })
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
  expect(await problemOf(response)).toMatchObject({ status: 403, code: 'origin_not_allowed' })
})

test.each(['http://localhost:5173', 'https://localhost', 'http://127.0.0.1:3000', 'http://[::1]:99'])(
  'Origin %s may call by default',
  async (origin) => {
    const { status, headers } = await server.send(things, { headers: { origin } })
    expect(status).toBe(200)
    expect(headers.get('access-control-allow-origin')).toBe(origin)
    expect(headers.get('access-control-expose-headers')).toContain('X-RateLimit-Remaining')
    expect(headers.get('access-control-expose-headers')).toContain('Mcp-Session-Id')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
  },
)

test('problems are readable for pages of allowed origins too', async () => {
  const response = await server.send(`${things}?limit=0`, { headers: { origin: 'http://localhost:1' } })
  expect(response.status).toBe(422)
  expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:1')
})

test('a preflight needs no credential and lists what MCP clients send', async () => {
  const headers = {
    origin: 'http://localhost:5173',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization, mcp-param-region, x-evil',
  }
  const response = await fetch(`${server.url}/mcp`, { method: 'OPTIONS', headers })
  expect(response.status).toBe(204)
  expect(response.headers.get('access-control-allow-methods')).toContain('POST')
  const allowed = response.headers.get('access-control-allow-headers')!.toLowerCase().split(', ')
  const sent =
    'authorization x-api-key x-user-email x-subscription-key mcp-session-id mcp-protocol-version mcp-method'
  for (const name of `${sent} mcp-name last-event-id content-type mcp-param-region`.split(' ')) {
    expect(allowed).toContain(name)
  }
  expect(allowed).not.toContain('x-evil')
})

test('a preflight of a foreign origin is refused', async () => {
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
  const response = await fetch(`${server.url}/mcp`, { method: 'OPTIONS', headers })
  expect(response.status).toBe(403)
  expect(response.headers.get('access-control-allow-methods')).toBeNull()
})

test('the warning of a forwarder that nobody trusts names the request that showed it', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.7', 'x-request-id': 'forwarded-1' }
  await server.send(things, { headers })
  const warning = server.lines.map((line) => JSON.parse(line)).find(({ level }) => level === 'WARNING')
  expect(warning).toMatchObject({ request_id: 'forwarded-1', message: expect.stringContaining('forwarding') })
})
