import { afterAll, beforeAll, expect, test } from 'bun:test'
import { problemOf, type Served, serve } from './kit'

let server: Served
beforeAll(async () => {
  server = await serve({ env: { LOG_LEVEL: 'DEBUG' } })
})
afterAll(() => server?.close())

const hello = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
const things = '/api/v1/shop/things'
const jwt = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl'

const named = [
  'access_token',
  'ACCESS-TOKEN',
  'api_key',
  'apiKey',
  'x-api-key',
  'authorization',
  'bearer',
  'jwt',
]
const formed: [string, () => string][] = [
  ['an API key', () => server.key],
  ['an ingest key', () => `mcp_metrics_${'a'.repeat(43)}`],
  ['a subscription key', () => 'fm_sub_known-only-to-ada'],
  ['a JWT', () => jwt],
]

test.each(named)('a credential by the name %s is refused on every path', async (name) => {
  for (const path of ['/mcp', '/mcp/shop', things, '/nowhere']) {
    const response = await fetch(`${server.url}${path}?limit=1&${name}=whatever`)
    const problem = await problemOf(response)
    expect(problem).toMatchObject({ status: 400, code: 'AUTH_IN_QUERY' })
    expect(problem.detail).toContain('Authorization: Bearer')
  }
})

test.each(formed)(
  '%s is known by its form, whatever it is called, and is repeated nowhere',
  async (_, make) => {
    const secret = make()
    server.lines.length = 0
    for (const path of ['/mcp', things]) {
      const url = `${path}?q=${encodeURIComponent(secret)}`
      for (const response of [await server.send(url), await server.post(url, hello)]) {
        expect(response.status).toBe(400)
        expect(await response.text()).not.toContain(secret)
      }
    }
    expect(server.lines).toHaveLength(4)
    expect(server.lines.join('')).not.toContain(secret)
    expect(await server.exposition()).not.toContain(secret)
  },
)

test('a good header does not make up for it, and counts nowhere as an attempt', async () => {
  expect((await server.post('/mcp?access_token=x', hello)).status).toBe(400)
  expect((await server.post('/mcp', hello)).status).toBe(200)
})

test('words that only resemble one are none', async () => {
  for (const query of ['query=token', 'query=api_key', 'q=a.b.c', 'token=abc', 'key=theme', 'limit=2', '']) {
    const response = await server.send(`/healthz?${query}`)
    expect(response.status).toBe(200)
  }
})

test('what is refused before a route takes it is counted under the path’s route', async () => {
  const big = { method: 'POST', body: 'x'.repeat(11 * 1024 * 1024) }
  const sent: [string, RequestInit, number][] = [
    ['/mcp', big, 413],
    ['/mcp', { method: 'PUT' }, 405],
    ['/mcp/shop', { method: 'PATCH' }, 405],
    [`${things}/some-id`, { method: 'POST' }, 405],
    [`${things}?api_key=x`, {}, 400],
    ['/nowhere', { method: 'POST' }, 404],
  ]
  for (const [path, init, status] of sent) expect((await server.send(path, init)).status).toBe(status)
  const text = await server.exposition()
  for (const labels of [
    'method="POST",endpoint="/mcp",status="413"',
    'method="PUT",endpoint="/mcp",status="405"',
    'method="PATCH",endpoint="/mcp/:module",status="405"',
    'method="POST",endpoint="/api/v1/shop/things/:id",status="405"',
    'method="GET",endpoint="/api/v1/shop/things",status="400"',
    'method="POST",endpoint="unmatched",status="404"',
  ]) {
    expect(text).toContain(`http_requests_total{${labels}}`)
  }
})
