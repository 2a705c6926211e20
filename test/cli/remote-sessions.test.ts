import { afterEach, expect, test } from 'bun:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import {
  type Bridge,
  bridgeCommand,
  initialize,
  initialized,
  olderClient,
  rpc,
  startBridge,
} from './remote-rig'
import { type SessionServer, startSessionServer } from './session-server'

const key = 'session-key'
const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop()
})

function startServer(port?: number): SessionServer {
  const server = startSessionServer(port)
  open.push(server)
  return server
}

async function connect(url: string): Promise<Client> {
  const client = await olderClient(url, key)
  open.push({ stop: () => client.close() })
  return client
}

function connectLines(url: string): Bridge {
  const bridge = startBridge(url, key) as Bridge
  open.push({ stop: () => bridge.end('SIGKILL') })
  bridge.send(initialize(), initialized)
  return bridge
}

const textOf = (result: unknown) => (result as { content: { text: string }[] }).content[0]!.text

/** Waits for what another process brings about. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(10)
}

test('one session for all, which is given up at the end', async () => {
  const server = startServer()
  const client = await connect(server.url)
  for (let n = 0; n < 3; n++) expect(textOf(await client.callTool({ name: 'echo' }))).toBe('echo')
  expect(server.opened).toHaveLength(1)
  const posts = server.seen.filter(({ method }) => method === 'POST').slice(1)
  expect(posts.every(({ headers }) => headers.get('mcp-session-id') === server.opened[0])).toBeTrue()
  expect(posts.every(({ headers }) => headers.get('mcp-protocol-version') === '2025-11-25')).toBeTrue()
  await client.close()
  await until(() => server.closed.length === 1)
})

test('a session that the server has forgotten is opened anew without the client knowing', async () => {
  const server = startServer()
  const client = await connect(server.url)
  await client.setLoggingLevel('error')
  server.forget()
  const answers = await Promise.all(Array.from({ length: 5 }, () => client.callTool({ name: 'echo' })))
  expect(answers.map(textOf)).toEqual(Array(5).fill('echo'))
  expect(server.opened).toHaveLength(2)
})

test('a server that restarts is found again', async () => {
  const first = startServer()
  const client = await connect(first.url)
  const port = Number(new URL(first.url).port)
  await first.stop()
  const called = client.callTool({ name: 'echo' })
  await Bun.sleep(300)
  const second = startServer(port)
  expect(textOf(await called)).toBe('echo')
  expect(second.opened).toHaveLength(1)
})

test('events are lines as they come', async () => {
  const server = startServer()
  const client = await connect(server.url)
  const seen: number[] = []
  const counted = client.callTool({ name: 'count' }, undefined, {
    onprogress: ({ progress }) => void seen.push(progress),
  })
  await until(() => seen.length >= 1)
  expect(textOf(await counted)).toBe('counted')
  expect(seen).toEqual([1, 2, 3])
})

test('a stream that breaks is resumed after its last event', async () => {
  const server = startServer()
  const client = await connect(server.url)
  expect(textOf(await client.callTool({ name: 'broken' }))).toBe('mended')
  const resumed = server.seen.filter(
    ({ method, headers }) => method === 'GET' && headers.has('last-event-id'),
  )
  expect(resumed.length).toBeGreaterThan(0)
  expect(textOf(await client.callTool({ name: 'echo' }))).toBe('echo')
})

test('the server speaks of its own accord, and asks', async () => {
  const server = startServer()
  const client = new Client({ name: 'test', version: '1' }, { capabilities: { sampling: {} } })
  client.setRequestHandler(CreateMessageRequestSchema, () => ({
    model: 'm',
    role: 'assistant',
    content: { type: 'text', text: 'sampled' },
  }))
  let heard = 0
  client.fallbackNotificationHandler = async ({ method }) => {
    if (method === 'notifications/message') heard++
  }
  await client.connect(new StdioClientTransport(bridgeCommand(server.url, key)))
  open.push({ stop: () => client.close() })
  await until(() => server.seen.some(({ method }) => method === 'GET'))
  expect(textOf(await client.callTool({ name: 'ask' }))).toContain('sampled')
  await server.announce()
  await until(() => heard === 1)
})

test('a call that is called off ends at the server and gets no answer', async () => {
  const server = startServer()
  const bridge = connectLines(server.url)
  await bridge.answer(0)
  bridge.send(rpc(1, 'tools/call', { name: 'wait', arguments: {} }))
  await until(() => server.waiting.length === 1)
  bridge.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } })
  await until(() => server.cancelled.length === 1)
  bridge.send(rpc(2, 'ping'))
  expect(await bridge.answer(2)).toMatchObject({ result: {} })
  expect(bridge.messages().some(({ id }) => id === 1)).toBeFalse()
})

test('a call that outlives stdin is answered with an error, and the process ends all the same', async () => {
  const server = startServer()
  const bridge = connectLines(server.url)
  await bridge.answer(0)
  bridge.send(rpc('slow', 'tools/call', { name: 'wait', arguments: {} }))
  await until(() => server.waiting.length === 1)
  bridge.process.stdin.end()
  expect(await bridge.ended()).toBe(0)
  expect(bridge.messages().at(-1)).toMatchObject({ id: 'slow', error: { code: -32000 } })
  await until(() => server.closed.length === 1)
})

test('a server that is not there is tried for a while, then told of; the end of stdin cuts that short', async () => {
  const server = startServer()
  await server.stop()
  const bridge = startBridge(server.url, key)
  bridge.send(initialize())
  await Bun.sleep(600)
  bridge.process.stdin.end()
  expect(await bridge.ended()).toBe(0)
  expect(bridge.messages()).toEqual([
    { jsonrpc: '2.0', id: 0, error: expect.objectContaining({ code: -32000 }) },
  ])
})

test('a refusal in OAuth’s words still says which variable to set', async () => {
  const server = startServer()
  const bridge = startBridge(server.url, 'other')
  bridge.send(initialize('x'))
  const { error } = await bridge.answer('x')
  expect(error.message).toContain('set HOLDFAST_KEY')
  expect(error.message).toContain('no such token')
  bridge.process.stdin.end()
  expect(await bridge.ended()).toBe(0)
})
