import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
} from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { aborted, begun } from './fixtures'
import { startMcp, type TestMcp } from './kit'

let server: TestMcp
beforeAll(async () => {
  server = await startMcp()
})
afterAll(() => server.close())

const info = { name: 'test', version: '1' }
const requestInit = { headers: { authorization: 'Bearer all' } }

/** What both lines of the SDK offer and the tests use. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>
  callTool(
    params: { name: string; arguments: Record<string, unknown> },
    ...rest: unknown[]
  ): Promise<Record<string, unknown>>
  getInstructions(): string | undefined
  close(): Promise<void>
}

async function connectOlder(): Promise<AnyClient> {
  const client = new Client(info)
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url), { requestInit }))
  return {
    listTools: () => client.listTools(),
    callTool: (params, options) => client.callTool(params, undefined, options as never) as never,
    getInstructions: () => client.getInstructions(),
    close: () => client.close(),
  }
}

type Mode = 'legacy' | 'auto' | { pin: '2026-07-28' }

async function connectNewer(mode: Mode): Promise<AnyClient> {
  const client = new ModernClient(info, { versionNegotiation: { mode } })
  await client.connect(new ModernHttp(new URL(server.url), { requestInit }))
  return client as unknown as AnyClient
}

describe.each([
  ['SDK 1.x', connectOlder],
  ['SDK 2.x, older revisions', () => connectNewer('legacy')],
  ['SDK 2.x, finding out', () => connectNewer('auto')],
  ['SDK 2.x, 2026-07-28', () => connectNewer({ pin: '2026-07-28' })],
] as const)('%s', (_, connect) => {
  let client: AnyClient
  beforeAll(async () => {
    client = await connect()
  })
  afterAll(() => client.close())

  test('reads the instructions and the list', async () => {
    expect(client.getInstructions()).toContain('The fixture module.')
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo')
  })

  test('calls and gets what the output schema says', async () => {
    const result = await client.callTool({ name: 'echo', arguments: { text: 'ab', times: 2 } })
    expect(result.structuredContent).toEqual({ text: 'abab', caller: 'all' })
    const numbers = await client.callTool({ name: 'list_numbers', arguments: {} })
    expect(numbers.structuredContent).toEqual({ result: [1, 2, 3] })
  })

  test('sees a failed tool as a result', async () => {
    const result = await client.callTool({ name: 'echo', arguments: { text: 1 } })
    expect(result.isError).toBeTrue()
  })

  test('sees an unknown tool as an error', async () => {
    await expect(client.callTool({ name: 'nonesuch', arguments: {} })).rejects.toMatchObject({ code: -32602 })
  })

  test('hears of progress', async () => {
    const heard: unknown[] = []
    const options = { onprogress: (progress: unknown) => heard.push(progress) }
    await client.callTool({ name: 'wait', arguments: { ms: 20 } }, options)
    expect(heard).toEqual([
      { progress: 1, total: 2, message: 'half' },
      { progress: 2, total: 2 },
    ])
  })

  test('makes many calls at once', async () => {
    const texts = Array.from({ length: 50 }, (_, i) => `text ${i}`)
    const results = await Promise.all(
      texts.map((text) => client.callTool({ name: 'echo', arguments: { text } })),
    )
    expect(results.map(({ structuredContent }) => (structuredContent as { text: string }).text)).toEqual(
      texts,
    )
  })
})

describe('a client that goes away', () => {
  test.each(['fast', 'streamed'])('aborts its call (%s)', async (name) => {
    const leave = new AbortController()
    const _meta = name === 'streamed' ? { progressToken: 1 } : undefined
    const body = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'wait', arguments: { ms: 50_000, name }, _meta },
    }
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const request = fetch(server.url, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal: leave.signal,
    })
    request.catch(() => {})
    while (!begun.includes(name)) await Bun.sleep(5)
    leave.abort()
    while (!aborted.includes(name)) await Bun.sleep(5)
  })
})

test('requests are counted with bounded labels', async () => {
  const post = (method: string, params?: object) => server.post({ jsonrpc: '2.0', id: 1, method, params })
  await post('tools/call', { name: 'echo', arguments: { text: 'a' } })
  await post('tools/call', { name: 'echo', arguments: {} })
  await post('tools/call', { name: 'made-up-name' })
  await post('made/up')
  await post('tools/call', { name: 7 })
  await post('prompts/get', { name: 'made-up-prompt' })
  await post('ping')
  const text = await server.exposition()
  expect(text).toMatch(/mcp_requests_total\{method="tools\/call",tool="echo",outcome="ok"\} \d+/)
  expect(text).toMatch(/mcp_requests_total\{method="tools\/call",tool="echo",outcome="invalid"\} \d+/)
  expect(text).toMatch(/mcp_requests_total\{method="tools\/call",tool="other",outcome="unknown_tool"\} \d+/)
  expect(text).toMatch(/mcp_requests_total\{method="other",outcome="refused"\} \d+/)
  expect(text).toMatch(/mcp_requests_total\{method="tools\/call",tool="other",outcome="refused"\} 1/)
  expect(text).toMatch(/mcp_requests_total\{method="prompts\/get",outcome="refused"\} 1/)
  expect(text).toMatch(/mcp_requests_total\{method="ping",outcome="ok"\} \d+/)
  expect(text).toMatch(/mcp_request_duration_seconds_count\{method="tools\/call",tool="echo"\} \d+/)
  expect(text).not.toContain('made')
})
