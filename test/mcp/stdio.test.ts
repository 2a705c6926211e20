import { describe, expect, test } from 'bun:test'
import { Client as ModernClient } from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { serveStdio } from '../../src/platform/mcp/stdio'
import { aborted, begun } from './fixtures'
import { callOf, createParts, modern, people, rpc } from './kit'

const command = { command: 'bun', args: [`${import.meta.dir}/stdio-server.ts`], stderr: 'ignore' as const }
const info = { name: 'test', version: '1' }

describe('clients', () => {
  test('SDK 1.x', async () => {
    const client = new Client(info)
    await client.connect(new StdioClientTransport(command))
    expect(client.getServerVersion()).toMatchObject({ name: 'Holdfast', version: '1.2.3' })
    expect((await client.listTools()).tools.length).toBe(7)
    const result = await client.callTool({ name: 'echo', arguments: { text: 'a' } })
    expect(result.structuredContent).toEqual({ text: 'a', caller: 'all' })
    const heard: unknown[] = []
    const onprogress = (progress: unknown) => heard.push(progress)
    // This client forgets who listens as soon as an answer comes in the same piece of its input.
    await client.callTool({ name: 'wait', arguments: { ms: 300 } }, undefined, { onprogress })
    expect(heard[0]).toEqual({ progress: 1, total: 2, message: 'half' })
    await client.close()
  })

  test.each(['legacy', 'auto', { pin: '2026-07-28' }] as const)('SDK 2.x, %p', async (mode) => {
    const client = new ModernClient(info, { versionNegotiation: { mode } })
    await client.connect(new ModernStdio(command))
    const result = await client.callTool({ name: 'echo', arguments: { text: 'a' } })
    expect(result.structuredContent).toEqual({ text: 'a', caller: 'all' })
    expect((await client.callTool({ name: 'fail', arguments: { kind: 'conflict' } })).isError).toBeTrue()
    await client.close()
  })
})

/** A conversation in this process; a function is a condition that is waited for. */
async function converse(lines: (string | (() => boolean))[]) {
  const { parts, lines: logged, release } = await createParts()
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const written: string[] = []
  const output = { write: (line: string) => void written.push(line) }
  const served = serveStdio(parts, { principal: people.all!, input: readable, output })
  const encoder = new TextEncoder()
  for (const line of lines) {
    if (typeof line === 'string') await writer.write(encoder.encode(line))
    else while (!line()) await Bun.sleep(5)
  }
  await writer.close()
  await served
  await release()
  const answers = written.map((line) => {
    expect(line).toEndWith('\n')
    return JSON.parse(line)
  })
  return { answers, logged: logged.map((line) => JSON.parse(line)) }
}

const line = (message: unknown) => `${JSON.stringify(message)}\n`
const byId = (answers: { id: unknown }[], id: unknown) =>
  answers.find((answer) => answer.id === id) as never as Answer
interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape that it asks for
  result: any
  error: { code: number }
}

describe('lines', () => {
  test('an unreadable one is answered and the next one served', async () => {
    const { answers } = await converse([
      'this is not JSON\n',
      '{"jsonrpc":"2.0","id":5,"method":7}\n',
      '\n',
      line(rpc('ping', undefined, 'p')),
    ])
    expect(answers[0]).toMatchObject({ id: null, error: { code: -32700 } })
    expect(answers[1]).toMatchObject({ id: 5, error: { code: -32600 } })
    expect(byId(answers, 'p').result).toEqual({})
  })

  test('a call that fails is logged under the id that it tells', async () => {
    const handshake = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: info }
    const { answers, logged } = await converse([
      line(rpc('initialize', handshake, 'i')),
      line(callOf('fail', { kind: 'bug' }, 1)),
      line(callOf('fail', { kind: 'bug' }, 2)),
    ])
    const told = [1, 2].map((id) => JSON.parse(byId(answers, id).result.content[0].text).request_id)
    const lines = logged.filter(({ message }) => message === 'a tool failed')
    expect(new Set(told).size).toBe(2)
    expect(lines.map(({ request_id }) => request_id).toSorted()).toEqual(told.toSorted())
  })

  test('may come in pieces, several at once, and without the last line break', async () => {
    const call = line(callOf('echo', { text: 'ü€😀' }, 1))
    const bytes = call.length - 12
    const { answers } = await converse([
      call.slice(0, bytes),
      call.slice(bytes) + line(rpc('ping', undefined, 2)),
      line(rpc('ping', undefined, 3)).trimEnd(),
    ])
    expect(byId(answers, 1).result.structuredContent.text).toBe('ü€😀')
    expect(answers.map(({ id }) => id).sort()).toEqual([1, 2, 3])
  })

  test('calls in flight are answered after the end of the input', async () => {
    const { answers } = await converse([
      line(callOf('wait', { ms: 300 }, 1)),
      line(callOf('echo', { text: 'a' }, 2)),
    ])
    expect(answers.map(({ id }) => id).sort()).toEqual([1, 2])
  })

  test('a call that takes too long after the end is given up and aborted', async () => {
    const { answers } = await converse([line(callOf('wait', { ms: 10_000_000, name: 'left behind' }, 1))])
    expect(answers).toEqual([])
    expect(aborted).toContain('left behind')
  })

  test('a cancelled call is aborted and not waited for', async () => {
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }
    const call = line(callOf('wait', { ms: 10_000_000, name: 'cancelled' }, 1))
    // Aborted while the input is open, so not by its end.
    const { answers } = await converse([
      call,
      () => begun.includes('cancelled'),
      line(cancel),
      () => aborted.includes('cancelled'),
    ])
    expect(answers).toEqual([])
  })

  test('both eras are spoken', async () => {
    const [discover] = modern('server/discover')
    const [call] = modern('tools/call', { name: 'echo', arguments: { text: 'a' } })
    const { answers } = await converse([line({ ...discover, id: 0 }), line(call)])
    expect(answers[1].result).toMatchObject({ resultType: 'complete', structuredContent: { text: 'a' } })
    const infos = answers.map(({ result }) => result._meta['io.modelcontextprotocol/serverInfo'])
    expect(infos[0]).toMatchObject({ name: 'Holdfast', icons: [expect.any(Object)] })
    expect(infos[1]).toEqual({ name: 'Holdfast', version: '1.2.3' })
  })

  test('a batch of 2025-03-26 is answered on one line, also where parts of it cannot be', async () => {
    const begin = rpc('initialize', { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: info }, 0)
    const batch = [rpc('ping', undefined, 1), 7, callOf('echo', { text: 'a' }, 2), rpc('none', undefined, 3)]
    const { answers } = await converse([line(begin), line(batch), line([]), line(5)])
    const together = answers.find(Array.isArray)!
    expect(together).toHaveLength(4)
    expect(byId(together, 1).result).toEqual({})
    expect(byId(together, 2).result.structuredContent.text).toBe('a')
    expect(byId(together, 3).error.code).toBe(-32601)
    expect(byId(together, null).error.code).toBe(-32600)
    expect(answers.filter(({ error }) => error?.code === -32600)).toHaveLength(2)
  })

  test('a cancelled part of a batch is left out, and later revisions have none', async () => {
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }
    const batch = [callOf('wait', { ms: 10_000_000, name: 'of a batch' }, 1), rpc('ping', undefined, 2)]
    const begin = rpc('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: info }, 0)
    const { answers } = await converse([
      line(batch),
      () => begun.includes('of a batch'),
      line(cancel),
      () => aborted.includes('of a batch'),
      line(begin),
      line([rpc('ping', undefined, 3)]),
    ])
    expect(answers.filter(Array.isArray)).toEqual([[{ jsonrpc: '2.0', id: 2, result: {} }]])
    expect(byId(answers, null).error.code).toBe(-32600)
  })

  test('a line above the limit is refused without being kept', async () => {
    const { answers } = await converse([`${'x'.repeat(11 * 1024 * 1024)}\n`, line(rpc('ping', undefined, 1))])
    expect(answers[0]).toMatchObject({ id: null, error: { code: -32600 } })
    expect(byId(answers, 1).result).toEqual({})
  })
})

test('the process writes nothing but messages to stdout and ends with its input', async () => {
  const child = Bun.spawn(['bun', `${import.meta.dir}/stdio-server.ts`], {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  child.stdin.write(
    `nonsense\n${line(callOf('fail', { kind: 'bug' }, 1))}${line(callOf('wait', { ms: 200 }, 2))}`,
  )
  await child.stdin.end()
  const [text, code] = await Promise.all([new Response(child.stdout).text(), child.exited])
  expect(code).toBe(0)
  const answers = text
    .trimEnd()
    .split('\n')
    .map((one) => JSON.parse(one))
  expect(answers.map(({ id }) => id)).toEqual([null, 1, 2])
})
