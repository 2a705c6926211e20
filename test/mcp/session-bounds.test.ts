import { afterEach, expect, test } from 'bun:test'
import { type KitOptions, rpc, startMcp, type TestMcp } from './kit'

const initialize = rpc('initialize', {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
})

let server: TestMcp
let time = 0
afterEach(() => server.close())

const start = async (settings: KitOptions['settings'] = {}) => {
  time = Date.now()
  server = await startMcp([], { settings, now: () => time })
}

async function open(person = 'all'): Promise<string | null> {
  const response = await server.post(initialize, { authorization: `Bearer ${person}` })
  await response.text()
  return response.headers.get('mcp-session-id')
}

const ping = async (id: string, person = 'all') =>
  (await server.post(rpc('ping'), { 'mcp-session-id': id, authorization: `Bearer ${person}` })).status

test('one that was idle for too long ends, one in use does not', async () => {
  await start({ MCP_SESSION_IDLE_MINUTES: 30 })
  const [idle, used] = [(await open())!, (await open())!]
  time += 29 * 60_000
  expect(await ping(used)).toBe(200)
  time += 2 * 60_000
  server.mcp.sessions.sweep()
  expect(await ping(idle)).toBe(404)
  expect(await ping(used)).toBe(200)
  expect(server.mcp.sessions.size).toBe(1)
})

test('an open stream keeps one alive; when it ends, the clock starts', async () => {
  await start({ MCP_SESSION_IDLE_MINUTES: 1 })
  const id = (await open())!
  const headers = { accept: 'text/event-stream', 'mcp-session-id': id }
  const stream = await fetch(server.url, { headers })
  for (let i = 0; i < 3; i++) {
    time += 5 * 60_000
    server.mcp.sessions.sweep()
  }
  expect(server.mcp.sessions.size).toBe(1)
  await stream.body!.cancel()
  for (let i = 0; i < 100 && server.mcp.sessions.size > 0; i++) {
    await Bun.sleep(10)
    time += 2 * 60_000
    server.mcp.sessions.sweep()
  }
  expect(server.mcp.sessions.size).toBe(0)
})

test('beyond the limit the longest idle one goes', async () => {
  await start({ MCP_SESSION_LIMIT: 4 })
  const first = (await open('all'))!
  const second = (await open('reader'))!
  await open('stranger')
  await open('free')
  expect(await ping(first)).toBe(200)
  const fifth = (await open('nobody'))!
  expect(await ping(second, 'reader')).toBe(404)
  expect(await ping(first)).toBe(200)
  expect(await ping(fifth, 'nobody')).toBe(200)
  expect(server.mcp.sessions.size).toBe(4)
})

test('one principal cannot push out the others', async () => {
  await start({ MCP_SESSION_LIMIT: 8 })
  const other = (await open('reader'))!
  const mine: (string | null)[] = []
  for (let i = 0; i < 50; i++) mine.push(await open('all'))
  expect(new Set(mine).size).toBe(50)
  expect(server.mcp.sessions.size).toBe(3)
  expect(await ping(other, 'reader')).toBe(200)
  expect(await ping(mine.at(-1)!)).toBe(200)
})

test('when all are in use, a client goes on without one', async () => {
  await start({ MCP_SESSION_LIMIT: 1 })
  const id = (await open())!
  const stream = await fetch(server.url, { headers: { accept: 'text/event-stream', 'mcp-session-id': id } })
  expect(await open()).toBeNull()
  expect(await ping(id)).toBe(200)
  await stream.body!.cancel()
})

test('0 hands out none', async () => {
  await start({ MCP_SESSION_LIMIT: 0 })
  expect(await open()).toBeNull()
  expect((await server.post(rpc('tools/list'))).status).toBe(200)
})

test('so many hold a server at once: the longest unused one rests, and the session goes on', async () => {
  await start()
  const params = { name: 'wait', arguments: { ms: 0 }, _meta: { progressToken: 1 } }
  const use = async (id: string) =>
    (await server.post(rpc('tools/call', params), { 'mcp-session-id': id })).text()
  const resume = async (id: string, event: string) => {
    const headers = { 'mcp-session-id': id, accept: 'text/event-stream', 'last-event-id': event }
    const response = await fetch(server.url, { headers })
    await response.body?.cancel()
    return response.status
  }
  const ids: string[] = []
  const events: string[] = []
  for (let i = 0; i < 510; i++) {
    ids.push((await open())!)
    events.push(/^id: (.+)$/m.exec(await use(ids[i]!))?.[1] ?? 'none')
  }
  expect(await resume(ids.at(-1)!, events.at(-1)!)).toBe(200)
  expect(await resume(ids[0]!, events[0]!)).toBe(400)
  expect(await ping(ids[0]!)).toBe(200)
  expect(await use(ids[0]!)).toContain('"waited":0')
})
