import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Served, serve } from './kit'

let server: Served
beforeAll(async () => {
  server = await serve()
})
afterAll(() => server.close())

const add = (text: string) =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'add_thing', arguments: { text } },
  })

const post = (
  body: string | Uint8Array<ArrayBuffer> | ReadableStream,
  headers: Record<string, string> = {},
) =>
  server.send('/mcp', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })

const broken = (bytes: number[]) => {
  const [before, after] = add('a|b').split('|') as [string, string]
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)])
}

test.each([
  ['a byte that starts nothing', [0xff]],
  ['a character that breaks off', [0xc3]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['Latin-1', [...Buffer.from('é', 'latin1')]],
])('broken UTF-8 is refused, not stored as other text: %s', async (_, bytes) => {
  const response = await post(broken(bytes))
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: { code: -32700, message: 'Parse error: the body is not valid UTF-8' },
  })
})

test('also where its length is not announced', async () => {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(broken([0xff]))
      controller.close()
    },
  })
  const response = await post(body)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: -32700 } })
})

test('the replacement character itself is a character as any', async () => {
  const text = 'what was \ufffd once, \u00fc and \ud83d\ude00'
  const response = await post(add(text))
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ result: { structuredContent: { length: text.length } } })
})

test('a byte order mark is no fault, also before a replacement character', async () => {
  for (const text of ['plain', 'with \ufffd']) expect((await post(`\ufeff${add(text)}`)).status).toBe(200)
})

test('what nests too deep is a parse error', async () => {
  const response = await post(`{"jsonrpc":"2.0","id":1,"method":${'['.repeat(300)}${']'.repeat(300)}}`)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: { code: -32700, message: 'Parse error: the body nests deeper than 100 levels' },
  })
})

test('a packed body is told to be unpacked', async () => {
  const packed = await post(Bun.gzipSync(Buffer.from(add('a'))), { 'content-encoding': 'gzip' })
  expect(packed.status).toBe(415)
  expect(packed.headers.get('accept-encoding')).toBe('identity')
  expect(await packed.text()).toContain('without Content-Encoding')
})

test('a revision that there is not is refused before its parameters are looked at', async () => {
  const call = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'add_thing', arguments: 'none' },
  }
  const response = await post(JSON.stringify(call), { 'mcp-protocol-version': '2023-01-01' })
  expect(response.status).toBe(400)
})

test('OPTIONS names the methods that there are', async () => {
  const options = await server.send('/mcp', { method: 'OPTIONS' })
  const head = await server.send('/mcp', { method: 'HEAD' })
  expect(head.status).toBe(405)
  expect(options.headers.get('allow')).toBe(head.headers.get('allow'))
})
