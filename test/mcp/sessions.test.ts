import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { suite } from '../conformance/suite'
import { aborted, begun, release } from './fixtures'
import { callOf, rpc, startMcp, type TestMcp } from './kit'

const revision = '2025-11-25'
const initialize = (capabilities: object = {}) =>
  rpc('initialize', { protocolVersion: revision, capabilities, clientInfo: { name: 'test', version: '1' } })

/** Opens a session and gives ways to use it. */
async function open(server: TestMcp, person = 'all', capabilities: object = {}) {
  const authorization = `Bearer ${person}`
  const answer = await server.post(initialize(capabilities), { authorization })
  await answer.text()
  const id = answer.headers.get('mcp-session-id')!
  const headers = { authorization, 'mcp-session-id': id, 'mcp-protocol-version': revision }
  const send = (method: string, extra: Record<string, string> = {}, signal?: AbortSignal) =>
    fetch(server.url, { method, headers: { ...headers, ...extra }, ...(signal && { signal }) })
  return {
    id,
    headers,
    post: (body: unknown, extra: Record<string, string> = {}) => server.post(body, { ...headers, ...extra }),
    listen: (extra: Record<string, string> = {}, signal?: AbortSignal) =>
      send('GET', { accept: 'text/event-stream', ...extra }, signal),
    end: (as: Record<string, string> = {}) => send('DELETE', as),
  }
}

const progressing = (name: string, args: object, id: unknown) =>
  rpc('tools/call', { name, arguments: args, _meta: { progressToken: 1 } }, id)

const until = async (what: () => boolean) => {
  while (!what()) await Bun.sleep(5)
}

/** Reads a stream up to its end, or until `enough` is in it. */
async function readUntil(response: Response, enough?: string): Promise<string> {
  const reader = response.body!.getReader()
  const decoder = new TextDecoder()
  let text = ''
  while (enough === undefined || !text.includes(enough)) {
    const { done, value } = await reader.read()
    if (done) return text
    text += decoder.decode(value, { stream: true })
  }
  await reader.cancel()
  return text
}

const eventIds = (text: string) => [...text.matchAll(/^id: (.+)$/gm)].map((match) => match[1]!)

let server: TestMcp
beforeAll(async () => {
  server = await startMcp([suite])
})
afterAll(() => server.close())

describe('who gets one', () => {
  test('a client that takes event streams', async () => {
    expect((await open(server)).id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('not one that takes JSON alone, nor a failed handshake', async () => {
    const plain = await server.post(initialize(), { accept: 'application/json' })
    expect(plain.headers.get('mcp-session-id')).toBeNull()
    const failed = await server.post(rpc('initialize', { protocolVersion: 1 }))
    expect(failed.headers.get('mcp-session-id')).toBeNull()
  })

  test('not one whose introduction would fill the memory', async () => {
    const large = await server.post(initialize({ experimental: { a: { text: 'x'.repeat(10_000) } } }))
    expect(large.status).toBe(200)
    expect(large.headers.get('mcp-session-id')).toBeNull()
  })
})

describe('inside', () => {
  test('plain calls, lists and notifications work', async () => {
    const session = await open(server)
    const call = await session.post(callOf('echo', { text: 'a' }))
    expect(call.headers.get('content-type')).toStartWith('application/json')
    expect(await call.json()).toMatchObject({ result: { structuredContent: { text: 'a', caller: 'all' } } })
    expect((await session.post(rpc('tools/list'))).status).toBe(200)
    expect((await session.post(rpc('ping'))).status).toBe(200)
    const told = await session.post({ jsonrpc: '2.0', method: 'notifications/initialized' })
    expect(told.status).toBe(202)
  })

  test('a call reports progress on a stream with event ids', async () => {
    const session = await open(server)
    const text = await readUntil(await session.post(progressing('wait', { ms: 100 }, 7)))
    expect(eventIds(text).length).toBeGreaterThanOrEqual(3)
    expect(text).toContain('"progress":2')
    expect(text).toContain('"waited":100')
  })

  test('an id that is still being answered is refused, so that no answer goes astray', async () => {
    const session = await open(server)
    const first = session.post(progressing('wait', { ms: 50_000, name: 'still answered' }, 1))
    await until(() => begun.includes('still answered'))
    expect((await session.post(callOf('wait', { ms: 0 }, 1))).status).toBe(400)
    release('still answered')
    expect(await readUntil(await first)).toContain('"waited":50000')
    expect((await session.post(callOf('wait', { ms: 0 }, 1))).status).toBe(200)
  })

  test.each([
    ['plain', callOf('wait', { ms: 50_000, name: 'cancelled plain' }, 'x')],
    ['streamed', progressing('wait', { ms: 50_000, name: 'cancelled streamed' }, 'x')],
  ])('notifications/cancelled stops a %s call', async (kind, call) => {
    const session = await open(server)
    const answer = session.post(call).then((response) => response.text())
    await until(() => begun.includes(`cancelled ${kind}`))
    const params = { requestId: 'x' }
    const told = await session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params })
    expect(told.status).toBe(202)
    await until(() => aborted.includes(`cancelled ${kind}`))
    if (kind === 'streamed') expect(await answer).not.toContain('"waited"')
    else await answer
    expect(await server.exposition()).toMatch(/method="tools\/call",tool="wait",outcome="cancelled"\} \d+/)
    expect((await session.post(callOf('echo', { text: 'next' }, 'x'))).status).toBe(200)
  })

  test('a cancellation of nothing is taken and ignored', async () => {
    const session = await open(server)
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 99 } }
    expect((await session.post(cancel)).status).toBe(202)
    await (await session.post(progressing('wait', { ms: 0 }, 1))).text()
    expect((await session.post(cancel)).status).toBe(202)
  })

  test('a quota that is used up is still HTTP 429', async () => {
    const session = await open(server, 'free')
    let last: Response
    for (let i = 0; i < 25; i++) last = await session.post(progressing('wait', { ms: 0 }, i))
    expect(last!.status).toBe(429)
    expect(await last!.json()).toMatchObject({ id: 24, error: { code: -32010 } })
  })

  test('the SDK client asks its user for what a tool wants to know', async () => {
    const client = new Client({ name: 'test', version: '1' }, { capabilities: { elicitation: {} } })
    client.setRequestHandler(ElicitRequestSchema, async () => ({
      action: 'accept',
      content: { username: 'ann', email: 'ann@example.com' },
    }))
    const transport = new StreamableHTTPClientTransport(new URL(server.url))
    await client.connect(transport as never)
    const result = await client.callTool({ name: 'test_elicitation', arguments: { message: 'Who?' } })
    expect(JSON.stringify(result.content)).toContain('ann')
    await transport.terminateSession()
    await client.close()
  })
})

describe('what is not sound', () => {
  const cancel = (params: unknown) => ({ jsonrpc: '2.0', method: 'notifications/cancelled', params })

  test.each<[string, unknown, number, number | null]>([
    ['an empty object', {}, 400, -32700],
    ['an empty batch', [], 400, -32600],
    ['a batch of nothing', [null, 1, 'a'], 400, -32600],
    ['a call without a name', rpc('tools/call', {}), 200, -32602],
    ['a call of a number', rpc('tools/call', { name: 1, _meta: { progressToken: 1 } }), 200, -32602],
    ['a call with a list', rpc('tools/call', { name: 'echo', arguments: [] }), 200, -32602],
    ['an unknown method', rpc('made/up'), 200, -32601],
    ['an unknown level', rpc('logging/setLevel', { level: 'loud' }), 200, -32602],
    ['an answer to nothing', { jsonrpc: '2.0', id: 77, result: {} }, 202, null],
    ['an error for nothing', { jsonrpc: '2.0', id: 'x', error: { code: 1, message: 'a' } }, 202, null],
    ['an answer without a result', { jsonrpc: '2.0', id: 77 }, 400, -32700],
    ['a cancellation without params', cancel(undefined), 202, null],
    ['a cancellation of an object', cancel({ requestId: {} }), 202, null],
  ])('%s is answered at once', async (_, body, status, code) => {
    const session = await open(server)
    await (await session.post(progressing('wait', { ms: 0 }, 'first'))).text()
    // Batches are of an older revision.
    const version: Record<string, string> = Array.isArray(body)
      ? { 'mcp-protocol-version': '2025-03-26' }
      : {}
    const response = await session.post(body, version)
    expect(response.status).toBe(status)
    const text = await response.text()
    if (code !== null) expect(text).toContain(`"code":${code}`)
    expect((await session.post(rpc('ping'))).status).toBe(200)
  })

  test('a tool that throws leaves the session as it was', async () => {
    const session = await open(server)
    for (const call of [callOf('fail', { kind: 'bug' }), progressing('fail', { kind: 'bug' }, 2)]) {
      const text = await (await session.post(call)).text()
      expect(text).toContain('Internal error')
      expect(text).not.toContain('operators only')
    }
    expect((await session.post(callOf('echo', { text: 'a' }))).status).toBe(200)
  })
})

describe('a lost stream', () => {
  test('of a call goes on after the last event that came', async () => {
    const session = await open(server)
    const lost = await session.post(progressing('wait', { ms: 400 }, 3))
    const [first] = eventIds(await readUntil(lost, 'id: '))
    const again = await session.listen({ 'last-event-id': first! })
    const text = await readUntil(again)
    expect(text).toContain('"waited":400')
    expect(text).toContain('"progress":2')
  })

  test('is replayed also when the call has ended meanwhile', async () => {
    const session = await open(server)
    const [first] = eventIds(await readUntil(await session.post(progressing('wait', { ms: 100 }, 3)), 'id: '))
    await Bun.sleep(200)
    expect(await readUntil(await session.listen({ 'last-event-id': first! }))).toContain('"waited":100')
  })

  test('of another session is not to be had', async () => {
    const [mine, other] = [await open(server), await open(server)]
    const [first] = eventIds(await readUntil(await mine.post(progressing('wait', { ms: 0 }, 3))))
    expect((await other.listen({ 'last-event-id': first ?? '1' })).status).toBe(400)
  })
})

describe('the stream of the server', () => {
  test('opens at once and is replaced by a later one', async () => {
    const session = await open(server)
    const first = await session.listen()
    expect(first.status).toBe(200)
    expect(first.headers.get('content-type')).toStartWith('text/event-stream')
    expect(first.headers.get('x-accel-buffering')).toBe('no')
    const second = await session.listen()
    expect(second.status).toBe(200)
    await readUntil(first)
    await second.body!.cancel()
  })

  test('needs Accept and a session; no session has none', async () => {
    const session = await open(server)
    expect((await session.listen({ accept: 'application/json' })).status).toBe(406)
    const headers = { accept: 'text/event-stream' }
    expect((await fetch(server.url, { headers })).status).toBe(405)
    const unknown = { ...headers, 'mcp-session-id': 'nonesuch' }
    expect((await fetch(server.url, { headers: unknown })).status).toBe(404)
    const modern = { ...headers, 'mcp-session-id': session.id, 'mcp-protocol-version': '2026-07-28' }
    expect((await fetch(server.url, { headers: modern })).status).toBe(405)
  })
})

describe('the end', () => {
  test('DELETE ends it, and everything in it is not found', async () => {
    const session = await open(server)
    const stream = await session.listen()
    expect((await session.end()).status).toBe(204)
    await readUntil(stream)
    expect((await session.post(callOf('echo', { text: 'a' }))).status).toBe(404)
    expect((await session.listen()).status).toBe(404)
    expect((await session.end()).status).toBe(404)
  })

  test('a stranger neither uses nor ends it', async () => {
    const session = await open(server)
    const stranger = { authorization: 'Bearer stranger' }
    expect((await session.post(callOf('echo', { text: 'a' }), stranger)).status).toBe(404)
    expect((await session.listen(stranger)).status).toBe(404)
    expect((await session.end(stranger)).status).toBe(404)
    expect((await session.post(rpc('ping'))).status).toBe(200)
  })

  test('initialize with the id of an open one starts anew', async () => {
    const session = await open(server)
    const again = await session.post(initialize())
    expect(again.headers.get('mcp-session-id')).not.toBe(session.id)
    expect((await session.post(rpc('ping'))).status).toBe(404)
  })
})
