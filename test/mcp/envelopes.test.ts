import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { answerOf, callOf, modern, rpc, startMcp, type TestMcp } from './kit'

let server: TestMcp
beforeAll(async () => {
  server = await startMcp()
})
afterAll(() => server.close())

const clientInfo = { name: 'test', version: '1' }
const initialize = (protocolVersion: string) =>
  rpc('initialize', { protocolVersion, capabilities: {}, clientInfo })

describe('what is not a message', () => {
  test.each([
    ['{"jsonrpc":', 400, -32700],
    ['', 400, -32700],
    ['"text"', 400, -32600],
    ['null', 400, -32600],
    ['7', 400, -32600],
    ['[]', 400, -32600],
    ['{}', 400, -32600],
    ['{"id":1,"method":"ping"}', 400, -32600],
    ['{"jsonrpc":"1.0","id":1,"method":"ping"}', 400, -32600],
    ['{"jsonrpc":"2.0","id":{},"method":"ping"}', 400, -32600],
    [`${'['.repeat(100_000)}`, 400, -32700],
  ])('%p', async (body, status, code) => {
    const response = await server.post(body)
    expect(response.status).toBe(status)
    expect((await answerOf(response)).error!.code).toBe(code)
  })

  test('an introduction that wants no answer gets none, and no session', async () => {
    const { id: _, ...notification } = initialize('2025-11-25')
    const response = await server.post(notification, { accept: 'application/json, text/event-stream' })
    expect([response.status, await response.text()]).toEqual([202, ''])
    expect(response.headers.get('mcp-session-id')).toBeNull()
  })

  test('is answered by the next request all the same', async () => {
    await server.post('{')
    expect((await answerOf(server.post(rpc('ping')))).result).toEqual({})
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', ''])('content type %p', async (type) => {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': type },
      body: '{}',
    })
    expect(response.status).toBe(415)
  })

  test('a charset is fine', async () => {
    const type = { 'content-type': 'application/json; charset=utf-8' }
    expect(
      (await answerOf(server.post(callOf('echo', { text: 'a' }), type))).result.structuredContent.text,
    ).toBe('a')
  })
})

describe('Accept', () => {
  test.each(['application/json', '*/*', 'application/*'])(
    '%s alone gets JSON, everywhere',
    async (accept) => {
      for (const body of [
        initialize('2025-06-18'),
        rpc('ping'),
        rpc('tools/list'),
        callOf('echo', { text: 'a' }),
        rpc('tools/call', { name: 'wait', arguments: { ms: 1 }, _meta: { progressToken: 1 } }),
      ]) {
        const response = await server.post(body, { accept })
        expect(response.status).toBe(200)
        expect((await answerOf(response)).result).toBeDefined()
      }
    },
  )

  test('none at all gets JSON', async () => {
    const socket = await raw(server.url, JSON.stringify(rpc('ping')), 'Content-Type: application/json\r\n')
    expect(socket).toStartWith('HTTP/1.1 200')
    expect(socket.toLowerCase()).toContain('content-type: application/json')
  })

  test('a stream alone gets a stream or JSON-RPC in it', async () => {
    const response = await server.post(
      rpc('tools/call', { name: 'wait', arguments: { ms: 1 }, _meta: { progressToken: 1 } }),
      { accept: 'text/event-stream' },
    )
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(await response.text()).toContain('"structuredContent":{"waited":1}')
  })
})

describe('revisions', () => {
  test.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])('%s is negotiated', async (version) => {
    const { result } = await answerOf(server.post(initialize(version)))
    expect(result.protocolVersion).toBe(version)
    expect(result.serverInfo).toMatchObject({ name: 'Holdfast', version: '1.2.3' })
    expect(result.serverInfo.icons).toHaveLength(1)
    expect(result.instructions).toContain('FIXTURE: The fixture module.')
  })

  test('an unknown one is answered with ours', async () => {
    expect((await answerOf(server.post(initialize('1999-01-01')))).result.protocolVersion).toBe('2025-11-25')
  })

  test.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])(
    '%s calls without a session',
    async (version) => {
      const { result } = await answerOf(
        server.post(callOf('echo', { text: 'a' }), { 'mcp-protocol-version': version }),
      )
      expect(result.structuredContent.text).toBe('a')
    },
  )

  test('an unsupported header is refused', async () => {
    for (const body of [rpc('ping'), callOf('echo', { text: 'a' })]) {
      expect((await server.post(body, { 'mcp-protocol-version': '2001-01-01' })).status).toBe(400)
    }
  })

  test('2026-07-28 is discovered', async () => {
    const { result } = await answerOf(server.post(...modern('server/discover')))
    expect(result.supportedVersions).toEqual(['2026-07-28'])
    expect(result.capabilities.tools).toBeDefined()
  })

  test.each([
    ['another version in the header', { 'mcp-protocol-version': '2025-11-25' }],
    ['another method in the header', { 'mcp-method': 'tools/list' }],
    ['another name in the header', { 'mcp-name': 'greet' }],
  ])('2026-07-28 with %s is refused', async (_, headers) => {
    const [body, right] = modern('tools/call', { name: 'echo', arguments: { text: 'a' } })
    const response = await server.post(body, { ...right, ...headers })
    expect(response.status).toBe(400)
    expect((await answerOf(response)).error!.code).toBe(-32020)
  })

  test('GET and DELETE are not allowed', async () => {
    for (const method of ['GET', 'DELETE', 'PUT']) {
      for (const version of ['2026-07-28', '2025-11-25']) {
        const response = await fetch(server.url, { method, headers: { 'mcp-protocol-version': version } })
        expect(response.status).toBe(405)
        expect(response.headers.get('allow')).toBe('POST')
      }
    }
  })
})

describe('messages', () => {
  test('notifications are accepted', async () => {
    for (const method of ['notifications/initialized', 'notifications/cancelled']) {
      const response = await server.post({ jsonrpc: '2.0', method, params: { requestId: 1 } })
      expect(response.status).toBe(202)
      expect(await response.text()).toBe('')
    }
  })

  test('an unknown method is told so', async () => {
    expect((await answerOf(server.post(rpc('no/such')))).error!.code).toBe(-32601)
  })

  test('the id comes back as it came', async () => {
    for (const id of ['text "quoted"', 0, -5, 9007199254740991]) {
      expect((await answerOf(server.post(callOf('echo', { text: 'a' }, id)))).id).toBe(id)
    }
  })

  test('a batch is answered where there are batches', async () => {
    const batch = [
      callOf('echo', { text: 'a' }, 1),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      rpc('ping', {}, 2),
    ]
    for (const headers of [{}, { 'mcp-protocol-version': '2025-03-26' }] as Record<string, string>[]) {
      const response = await server.post(batch, headers)
      const answers = (await response.json()) as { id: number }[]
      expect(answers.map(({ id }) => id).sort()).toEqual([1, 2])
    }
    const refused = await server.post(batch, { 'mcp-protocol-version': '2025-06-18' })
    expect(refused.status).toBe(400)
    expect((await answerOf(refused)).error!.code).toBe(-32600)
  })
})

describe('sessions', () => {
  const stale = { 'mcp-session-id': 'of-another-process' }

  test('an unknown one is not found, so that the client starts anew', async () => {
    for (const body of [
      callOf('echo', { text: 'a' }),
      rpc('ping'),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
    ]) {
      expect((await server.post(body, { ...stale, 'mcp-protocol-version': '2025-11-25' })).status).toBe(404)
    }
  })

  test('initialize succeeds whatever it carries', async () => {
    const { result } = await answerOf(server.post(initialize('2025-11-25'), stale))
    expect(result.protocolVersion).toBe('2025-11-25')
  })

  test('2026-07-28 does not know the header', async () => {
    const [body, headers] = modern('tools/call', { name: 'echo', arguments: { text: 'a' } })
    expect((await server.post(body, { ...headers, ...stale })).status).toBe(200)
  })
})

/** A request whose headers are these and no others. */
async function raw(url: string, body: string, headers: string): Promise<string> {
  const { hostname, port, pathname } = new URL(url)
  const { promise, resolve } = Promise.withResolvers<string>()
  let text = ''
  const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\n${headers}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`
  await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      open: (socket) => void socket.write(head + body),
      data: (_, chunk) => {
        text += chunk.toString()
      },
      close: () => resolve(text),
    },
  })
  return promise
}

describe('parameters that do not fit', () => {
  test.each([
    ['resources/read', {}, '/params/uri'],
    ['resources/read', { uri: 1 }, '/params/uri'],
    ['prompts/get', {}, '/params/name'],
    ['completion/complete', {}, '/params/ref'],
    ['resources/list', { cursor: 1 }, '/params/cursor'],
    ['tools/call', {}, '/params/name'],
  ])('%s %j is -32602 and says where, in both eras', async (method, params, where) => {
    const older = await answerOf(server.post(rpc(method, params)))
    expect(older.error!.code).toBe(-32602)
    expect(older.error!.message).toContain(where)
    const newest = await answerOf(server.post(...modern(method, params)))
    expect(newest.error!.code).toBe(-32602)
  })

  test.each(['initialize', 'logging/setLevel', 'resources/subscribe', 'resources/unsubscribe'])(
    '%s is no method of 2026-07-28, whatever it carries',
    async (method) => {
      const response = await server.post(...modern(method))
      expect(response.status).toBe(404)
      expect((await answerOf(response)).error!.code).toBe(-32601)
    },
  )
})
