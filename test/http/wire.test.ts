import { afterAll, beforeAll, expect, test } from 'bun:test'
import net from 'node:net'
import { problemOf, raw, type Served, serve } from './kit'

let server: Served
beforeAll(async () => {
  server = await serve({ bodySeconds: 1 })
})
afterAll(() => server.close())

const things = '/api/v1/shop/things'
const alive = async () => expect((await server.send(things)).status).toBe(200)
const head = (path: string, ...lines: string[]) =>
  [`POST ${path} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${server.key}`, ...lines, '', ''].join(
    '\r\n',
  )
const json = 'Content-Type: application/json'
const big = JSON.stringify({ text: 'x'.repeat(11 * 1024 * 1024) })

test.each([things, '/mcp', '/hooks/a', '/nope'])(
  '11 MB to %s are refused before they are read',
  async (path) => {
    const response = await server.post(path, big)
    expect(await problemOf(response)).toMatchObject({ status: 413, code: 'too_large' })
    await alive()
  },
)

test('the answer comes although the body is still to come', async () => {
  const seen = await raw(server.port, head(things, json, 'Content-Length: 999999999999'), (text) =>
    text.includes('too_large'),
  )
  expect(seen).toStartWith('HTTP/1.1 413')
  await alive()
})

test.each([things, '/mcp', '/hooks/a'])('11 MB without a length to %s are cut off', async (path) => {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < 11; at++) controller.enqueue(new Uint8Array(1024 * 1024).fill(0x20))
      controller.close()
    },
  })
  const response = await server.send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: stream,
  })
  expect(await problemOf(response)).toMatchObject({ status: 413 })
  await alive()
})

test('a body of just the limit passes', async () => {
  const text = 'x'.repeat(10 * 1024 * 1024 - '{"text":""}'.length)
  expect(await (await server.post(things, { text })).json()).toEqual({ length: text.length })
  expect((await server.post(things, { text: `${text}y` })).status).toBe(413)
})

test('a chunked body is read like any other', async () => {
  const parts = ['{"text', '":"la', 'mp"}'].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
  const message = `${head(things, json, 'Transfer-Encoding: chunked')}${parts.join('')}0\r\n\r\n`
  expect(await raw(server.port, message, (text) => text.includes('"length":4'))).toStartWith('HTTP/1.1 201')
})

test.each([things, '/mcp', '/hooks/a'])('a body that does not come to %s is 408', async (path) => {
  const message = `${head(path, json, 'Content-Length: 100')}{"te`
  const seen = await raw(server.port, message, () => false)
  expect(seen).toStartWith('HTTP/1.1 408')
  expect(seen.toLowerCase()).toContain('connection: close')
  expect(seen).toContain('"code":"slow_body"')
  await alive()
})

test('a chunked body that drips is 408', async () => {
  const dripping = new Promise<string>((resolve) => {
    let seen = ''
    const socket = net.connect(server.port, '127.0.0.1', () => {
      socket.write(head(things, json, 'Transfer-Encoding: chunked'))
      const drip = setInterval(() => socket.write('1\r\n \r\n'), 100)
      socket.on('close', () => {
        clearInterval(drip)
        resolve(seen)
      })
    })
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1')
      if (seen.includes('slow_body')) socket.destroy()
    })
    socket.on('error', () => {})
  })
  expect(await dripping).toStartWith('HTTP/1.1 408')
  await alive()
})

test('a client that goes away in the middle of its body harms nobody and is no error of ours', async () => {
  server.lines.length = 0
  for (let at = 0; at < 20; at++) {
    await new Promise<void>((resolve) => {
      const socket = net.connect(server.port, '127.0.0.1', () => {
        socket.write(`${head(things, json, 'Content-Length: 1000')}{"text":`, () => {
          socket.destroy()
          resolve()
        })
      })
    })
  }
  await alive()
  expect(server.lines.filter((line) => line.includes('"level":"ERROR"'))).toEqual([])
})

test('pipelined requests never get each other’s answers: the connection ends, and the next one is served', async () => {
  const get = (path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.key}\r\n\r\n`
  const post = `${head(things, json, 'Content-Length: 15')}{"text":"four"}`
  const seen = await raw(server.port, get(`${things}/one`) + post + get(`${things}/three`), (text) =>
    text.includes('"id":"three"'),
  )
  const found = ['"id":"one"', '"length":4', '"id":"three"'].map((part) => seen.indexOf(part))
  const answered = found.filter((at) => at >= 0)
  expect(found.slice(0, answered.length)).toEqual(answered.toSorted((a, b) => a - b))
  expect(await raw(server.port, get(`${things}/one`), (text) => text.includes('"id":"one"'))).toStartWith(
    'HTTP/1.1 200',
  )
})

test('after a refused body the connection goes on', async () => {
  const body = 'x'.repeat(200)
  const first = `${head(things, 'Content-Type: text/plain', `Content-Length: ${body.length}`)}${body}`
  const seen = await raw(server.port, `${first}GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n`, (text) =>
    text.includes('"status":"ok"'),
  )
  expect(seen).toStartWith('HTTP/1.1 415')
})

const malformed: [string, string][] = [
  ['garbage', '\x00\x01\x02\x03 garbage\r\n\r\n'],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
  ['a negative length', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n'],
  ['a length that is none', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1e3\r\n\r\n'],
  [
    'two framings',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'broken chunks',
    'POST /hooks/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n',
  ],
  ['a header flood', `GET / HTTP/1.1\r\nHost: localhost\r\n${'X-A: b\r\n'.repeat(5000)}\r\n`],
  ['a long header', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(200_000)}\r\n\r\n`],
  ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a\x00b\r\n\r\n'],
]

test.each(malformed)('malformed HTTP, %s: refused or closed, and the server goes on', async (_, message) => {
  const seen = await raw(server.port, message, (text) => text.includes('\r\n\r\n')).catch(() => '')
  expect(seen === '' || /^HTTP\/1\.1 4\d\d/.test(seen)).toBe(true)
  await alive()
})

test('a long path and a long query are answered', async () => {
  expect((await server.send(`/${'a'.repeat(8000)}`)).status).toBe(404)
  expect((await server.send(`${things}?limit=${'9'.repeat(8000)}`)).status).toBe(422)
})
