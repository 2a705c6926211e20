import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { problemOf, type Served, serve } from './kit'

let server: Served
beforeAll(async () => {
  server = await serve({ env: { TRUSTED_PROXIES: '127.0.0.1/32' } })
})
afterAll(() => server.close())

describe('raw routes', () => {
  test('without access: not even a bad credential is looked at', async () => {
    const response = await server.send('/hooks/stripe', {
      method: 'POST',
      headers: { authorization: 'Bearer nonsense' },
      body: new Uint8Array([0, 255, 1]),
    })
    expect(await response.json()).toEqual({ source: 'stripe', bytes: 3, principal: null })
  })

  test('required access: the operation runs as the caller, with quota headers', async () => {
    const key = await server.addKey('legacy', 'free')
    const response = await server.send('/legacy/thing?id=7', { headers: { authorization: `Bearer ${key}` } })
    expect(await response.json()).toEqual({ id: '7' })
    expect(response.headers.get('x-ratelimit-remaining')).toBe('19')
    expect((await fetch(`${server.url}/legacy/thing?id=7`)).status).toBe(401)
  })

  test('what the operation refuses becomes a problem', async () => {
    expect(await problemOf(await server.send('/legacy/thing?id=none'))).toMatchObject({ status: 404 })
    expect(await problemOf(await server.send('/legacy/thing'))).toMatchObject({ status: 422 })
  })

  test('optional access: the caller is null for a refused credential, and operations of optional access still run', async () => {
    const stranger = await fetch(`${server.url}/legacy/me`, { headers: { 'x-api-key': 'wrong' } })
    expect(await stranger.json()).toEqual({
      principal: null,
      me: { kind: 'anonymous', refusal: 'AUTH_INVALID_KEY' },
    })
    expect(await (await server.send('/legacy/me')).json()).toMatchObject({ principal: 'tester' })
  })

  test('an event stream may not be buffered by proxies', async () => {
    const { headers } = await server.send('/legacy/stream')
    expect(headers.get('x-accel-buffering')).toBe('no')
    expect(headers.get('cache-control')).toBe('no-cache')
  })
})

describe('MCP', () => {
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
  const accept = { accept: 'application/json' }

  test('the caller’s tools, all or one module’s', async () => {
    for (const path of ['/mcp', '/mcp/shop']) {
      const answer = (await (await server.post(path, list, accept)).json()) as {
        result: { tools: { name: string }[] }
      }
      expect(answer.result.tools.map(({ name }) => name)).toContain('get_thing')
    }
    expect((await server.post('/mcp/nothing', list, accept)).status).toBe(404)
  })

  test.each(['initialize', 'tools/list'])('%s without a credential is 401', async (method) => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method })
    const response = await fetch(`${server.url}/mcp`, { method: 'POST', headers, body })
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'AUTH_MISSING_KEY' })
  })

  test('a call is logged with its caller and request id, and the id goes to the client', async () => {
    server.lines.length = 0
    const params = { name: 'get_thing', arguments: { id: 'a' } }
    const response = await server.post(
      '/mcp',
      { ...list, method: 'tools/call', params },
      { 'x-request-id': 'mcp-1' },
    )
    expect(response.headers.get('x-request-id')).toBe('mcp-1')
    const line = server.lines.map((text) => JSON.parse(text)).find(({ message }) => message === 'request')
    expect(line).toMatchObject({ endpoint: '/mcp', request_id: 'mcp-1', principal: expect.any(String) })
  })

  test('broken JSON is told in the protocol’s own words', async () => {
    const response = await server.post('/mcp', '{broken')
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: -32700 } })
  })

  test('a nesting bomb is refused before it is parsed', async () => {
    const bomb = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_thing","arguments":${'['.repeat(1e6)}`
    expect((await server.post('/mcp', bomb)).status).toBe(400)
    expect((await server.post('/mcp', list)).status).toBe(200)
  })

  test('a rebound Host and a foreign Origin do not get in', async () => {
    expect((await server.post('/mcp', list, { origin: 'https://evil.example' })).status).toBe(403)
  })
})

describe('behind a trusted proxy', () => {
  test('HSTS when the client came by TLS', async () => {
    const by = async (proto: string) =>
      (await server.send('/livez', { headers: { 'x-forwarded-proto': proto } })).headers.get(
        'strict-transport-security',
      )
    expect(await by('https')).toBe('max-age=31536000')
    expect(await by('http')).toBeNull()
  })

  test('failed attempts are counted by the client’s address, not the proxy’s', async () => {
    const attempt = async (address: string) => {
      const headers = { 'x-forwarded-for': address, authorization: 'Bearer kota_free_wrong' }
      return (await fetch(`${server.url}/api/v1/shop/things`, { headers })).status
    }
    let status = 0
    for (let tries = 0; tries < 1000 && status !== 429; tries++) status = await attempt('203.0.113.9')
    expect(status).toBe(429)
    expect(await attempt('203.0.113.10')).toBe(401)
    expect((await server.send('/api/v1/shop/things')).status).toBe(200)
  })
})

test('HSTS where PUBLIC_URL is https; its host and origin pass', async () => {
  const secure = await serve({ env: { PUBLIC_URL: 'https://mcp.example.com' } })
  try {
    const { headers, status } = await secure.send('/api/v1/shop/things', {
      headers: { host: 'mcp.example.com', origin: 'https://mcp.example.com' },
    })
    expect(status).toBe(200)
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect(headers.get('access-control-allow-origin')).toBe('https://mcp.example.com')
  } finally {
    await secure.close()
  }
})
