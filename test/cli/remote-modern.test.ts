import { afterEach, expect, test } from 'bun:test'
import { modern, rpc, startBridge } from './remote-rig'

/** A server of 2026-07-28 that does what the tests make it do. */
function startScript(answer: (request: Request, message: Message) => Response | Promise<Response>) {
  const seen: { request: Request; message: Message }[] = []
  const listener = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const message = (await request.json().catch(() => ({}))) as Message
      seen.push({ request, message })
      return answer(request, message)
    },
  })
  open.push({ stop: () => listener.stop(true) })
  return { url: `http://127.0.0.1:${listener.port}/mcp`, seen }
}

interface Message {
  id?: number
  method?: string
  params?: { name?: string }
}

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop()
})

function connect(url: string) {
  const bridge = startBridge(url, 'key')
  open.push({ stop: () => bridge.end('SIGKILL') })
  return bridge
}

const result = ({ id }: Message, value: object = {}) => Response.json({ jsonrpc: '2.0', id, result: value })

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(10)
}

/** An event stream that stays open after `text` until it is let go of, or ends at once. */
function stream(text: string, ends: boolean, gone = () => {}): Response {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text))
      if (ends) controller.close()
    },
    cancel: gone,
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

test('headers repeat what servers and proxies route by, arguments that ask for it among them', async () => {
  const tool = {
    name: 'search',
    inputSchema: {
      type: 'object',
      properties: {
        region: { type: 'string', 'x-mcp-header': 'Region' },
        deep: { type: 'object', properties: { limit: { type: 'integer', 'x-mcp-header': 'Limit' } } },
      },
    },
  }
  const { url, seen } = startScript((_, message) =>
    result(message, message.method === 'tools/list' ? { tools: [tool] } : {}),
  )
  const bridge = connect(url)
  bridge.send(modern(1, 'tools/list'))
  await bridge.answer(1)
  const args = { region: 'Zürich', deep: { limit: 3 } }
  bridge.send(modern(2, 'tools/call', { name: 'search', arguments: args }))
  await bridge.answer(2)
  bridge.send(modern(3, 'resources/read', { uri: 'journal://entries/1' }))
  await bridge.answer(3)
  const [listed, called, read] = seen.map(({ request }) => request.headers)
  expect(listed!.get('mcp-method')).toBe('tools/list')
  expect(listed!.get('mcp-name')).toBeNull()
  expect(called!.get('mcp-protocol-version')).toBe('2026-07-28')
  expect(called!.get('mcp-name')).toBe('search')
  expect(called!.get('mcp-param-region')).toBe(`=?base64?${Buffer.from('Zürich').toString('base64')}?=`)
  expect(called!.get('mcp-param-limit')).toBe('3')
  expect(called!.get('authorization')).toBe('Bearer key')
  expect(read!.get('mcp-name')).toBe('journal://entries/1')
})

test('a call that is called off closes its connection', async () => {
  let gone = 0
  const { url, seen } = startScript((_, message) =>
    message.method === 'ping' ? result(message) : stream(': wait\n\n', false, () => gone++),
  )
  const bridge = connect(url)
  bridge.send(modern(1, 'tools/call', { name: 'slow', arguments: {} }))
  await until(() => seen.length === 1)
  bridge.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } })
  await until(() => gone === 1)
  bridge.send(modern(2, 'ping'))
  await bridge.answer(2)
  expect(bridge.messages().map(({ id }) => id)).toEqual([2])
  expect(seen.map(({ message }) => message.method)).toEqual(['tools/call', 'ping'])
})

test('a call whose stream breaks is not made twice, a list is', async () => {
  let lists = 0
  const { url, seen } = startScript((_, message) =>
    message.method === 'tools/list' && ++lists > 1
      ? result(message, { tools: [] })
      : stream(': hello\n\n', true),
  )
  const bridge = connect(url)
  bridge.send(modern(1, 'tools/call', { name: 'pay', arguments: {} }))
  expect((await bridge.answer(1)).error.message).toContain('whether the call took effect is unknown')
  expect(seen).toHaveLength(1)
  bridge.send(modern(2, 'tools/list'))
  expect((await bridge.answer(2)).result).toEqual({ tools: [] })
  expect(lists).toBe(2)
})

test('a subscription that breaks is taken up again, and does not hold up the end', async () => {
  const notice = (n: number) =>
    `event: message\r\ndata: {"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{"n":${n}}}\r\n\r\n`
  const { url, seen } = startScript(() => stream(notice(seen.length), seen.length < 3))
  const bridge = connect(url)
  bridge.send(modern(1, 'subscriptions/listen'))
  await until(() => bridge.lines().length === 3)
  expect(bridge.messages().map(({ params }) => params.n)).toEqual([1, 2, 3])
  bridge.process.stdin.end()
  expect(await bridge.ended()).toBe(0)
  expect(bridge.lines()).toHaveLength(3)
})

test('a busy server is asked again for what may be asked twice', async () => {
  const { url, seen } = startScript((_, message) =>
    seen.length < 3 ? new Response('busy', { status: 503 }) : result(message),
  )
  const bridge = connect(url)
  bridge.send(modern(1, 'tools/list'))
  expect((await bridge.answer(1)).result).toEqual({})
  expect(seen).toHaveLength(3)
})

test('numbers pass as they are written, over line breaks in the answer', async () => {
  const { url } = startScript(
    (_, { id }) =>
      new Response(
        `{\n  "jsonrpc": "2.0",\r\n  "id": ${id},\n  "result": {"n": 12345678901234567890, "t": "a\\nb"}\n}\n`,
        {
          headers: { 'content-type': 'application/json' },
        },
      ),
  )
  const bridge = connect(url)
  bridge.send(modern(1, 'tools/list'))
  expect((await bridge.answer(1)).result.t).toBe('a\nb')
  expect(bridge.lines()).toHaveLength(1)
  expect(bridge.stdout()).toContain('12345678901234567890')
})

test.each([
  [
    'a page',
    () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
    'text/html, which is no MCP',
  ],
  ['an empty answer', () => new Response(null, { status: 202 }), 'which is no MCP'],
  [
    'no JSON',
    () => new Response('{', { headers: { 'content-type': 'application/json' } }),
    'which is no MCP',
  ],
  [
    'a redirect',
    () => Response.redirect('https://elsewhere.example/mcp', 307),
    'redirects to https://elsewhere.example/mcp',
  ],
  [
    'a problem',
    () => Response.json({ detail: 'for Bearer abcDEF123456' }, { status: 403 }),
    'It says: for Bearer [redacted]',
  ],
  [
    'another’s error',
    () =>
      Response.json({ jsonrpc: '2.0', id: null, error: { code: -32020, message: 'no' } }, { status: 400 }),
    'no',
  ],
])('%s instead of an answer is an error under the request’s id', async (_, answer, text) => {
  const { url } = startScript(answer)
  const bridge = connect(url)
  bridge.send(modern('q', 'tools/list'), rpc('r', 'tools/list'))
  for (const id of ['q', 'r']) expect((await bridge.answer(id)).error.message).toContain(text)
})
