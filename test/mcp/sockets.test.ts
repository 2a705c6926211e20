import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import net from 'node:net'
import { startApp, type TestApp } from '../kit/app'
import { callOf, modern, rpc } from './kit'

let app: TestApp
let server: ReturnType<typeof Bun.serve>
beforeAll(async () => {
  app = await startApp()
  server = Bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 30, fetch: app.fetch })
})
afterAll(async () => {
  await server.stop(true)
  await app.close()
})

interface Talk {
  /** Ends the sending half once all is written. */
  halfClose?: boolean
  /** Enough was seen. */
  until(seen: string): boolean
}

/** Writes pieces, with pauses given as numbers of milliseconds, and gives what came back. */
function talk(pieces: (string | number)[], { halfClose = false, until }: Talk): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let seen = ''
  const socket = net.connect({ port: server.port!, host: '127.0.0.1', allowHalfOpen: true }, async () => {
    for (const piece of pieces) {
      if (typeof piece === 'number') await Bun.sleep(piece)
      else socket.write(piece)
    }
    if (halfClose) socket.end()
  })
  const timer = setTimeout(() => reject(new Error(`too little came: ${seen}`)), 10_000)
  const over = () => {
    clearTimeout(timer)
    socket.destroy()
    resolve(seen)
  }
  socket.on('data', (bytes) => {
    seen += bytes
    if (until(seen)) over()
  })
  socket.on('close', over)
  socket.on('error', reject)
  return promise
}

const lines = (...headers: string[]) =>
  [
    'POST /mcp HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${app.key}`,
    'Content-Type: application/json',
    ...headers,
    '',
    '',
  ].join('\r\n')

const length = (body: string) => `Content-Length: ${Buffer.byteLength(body)}`
const request = (message: unknown, ...headers: string[]) => {
  const body = JSON.stringify(message)
  return lines(length(body), ...headers) + body
}

const stats = (id: unknown) => callOf('get_user_stats', {}, id)
const answered = (id: number) => (seen: string) => seen.includes(`"id":${id},"result"`)

describe('a client with a socket of its own', () => {
  test('in chunks, wherever they are cut, also in the middle of a letter', async () => {
    const body = Buffer.from(JSON.stringify(callOf('store_journal_entry', { entry: 'ü€😀 in pieces' }, 1)))
    const chunks = Array.from({ length: Math.ceil(body.length / 7) }, (_, i) =>
      body.subarray(i * 7, i * 7 + 7),
    )
    const pieces = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk.toString('latin1')}\r\n`)
    const raw = Buffer.from(`${pieces.join('')}0\r\n\r\n`, 'latin1')
    const half = raw.length >> 1
    const seen = await talk(
      [lines('Transfer-Encoding: chunked'), raw.subarray(0, half) as never, 20, raw.subarray(half) as never],
      { until: answered(1) },
    )
    expect(seen).toStartWith('HTTP/1.1 200')
    expect(seen).toContain('ü€😀 in pieces')
  })

  test('several requests at once are answered in order, counted ones too', async () => {
    const counted = (id: number) => request(callOf('get_preference', { key: 'theme' }, id))
    const all = [
      request(stats(1)),
      request(rpc('tools/list', {}, 2)),
      counted(3),
      counted(4),
      request(stats(5)),
    ]
    const seen = await talk([all.join('')], { until: answered(5) })
    const order = [1, 2, 3, 4, 5].map((id) => seen.indexOf(`"id":${id},"result"`))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(order[0]).toBeGreaterThan(0)
  })

  test('that closes its half after asking, and the server goes on', async () => {
    const seen = await talk([request(stats(1))], { halfClose: true, until: answered(1) })
    expect(answered(1)(seen)).toBeTrue()
    expect(await talk([request(stats(2))], { until: answered(2) })).toStartWith('HTTP/1.1 200')
  })

  test('that is slow', async () => {
    const text = request(stats(1))
    const pieces = Array.from({ length: 40 }, (_, i) => {
      const size = Math.ceil(text.length / 40)
      return [text.slice(i * size, (i + 1) * size), 5]
    }).flat()
    expect(await talk(pieces, { until: answered(1) })).toStartWith('HTTP/1.1 200')
  })

  test('that asks for JSON alone, of either era, without a header of the protocol, and in a batch', async () => {
    const json = 'Accept: application/json'
    const [body, headers] = modern('tools/call', { name: 'get_user_stats', arguments: {} })
    const newest = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    for (const text of [request(stats(1), json), request(stats(1)), request(body, json, ...newest)]) {
      const seen = await talk([text], { until: answered(1) })
      expect(seen).toMatch(/^HTTP\/1\.1 200[\s\S]*content-type: application\/json/i)
    }
    const batch = [
      stats(1),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      rpc('ping', undefined, 2),
    ]
    const seen = await talk([request(batch, json, 'MCP-Protocol-Version: 2025-03-26')], {
      until: (text) => text.includes('"id":2') && text.includes('"id":1'),
    })
    expect(seen).toMatch(/^HTTP\/1\.1 200/)
  })
})
