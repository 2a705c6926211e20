import { afterAll, beforeAll, expect, test } from 'bun:test'
import { AppError } from '../../src/core/errors'
import { createHttp } from '../../src/platform/http/http'
import { endWhenRefused } from '../../src/platform/http/stream-guard'
import { revokeKey } from '../../src/platform/identity/keys'
import { version } from '../../src/version'
import { startApp, type TestApp } from '../kit/app'
import { modern, rpc } from '../mcp/kit'

let app: TestApp
let send: (path: string, init: RequestInit) => Promise<Response>
beforeAll(async () => {
  app = await startApp()
  const http = createHttp({ ...app, version, recheckMs: 20 })
  send = (path, init) => http.fetch(new Request(`http://localhost${path}`, init))
})
afterAll(() => app.close())

const as = (key: string, headers: object = {}) => ({
  authorization: `Bearer ${key}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  ...headers,
})

async function sessionStream(key: string): Promise<Response> {
  const introduction = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'x', version: '1' },
  }
  const body = JSON.stringify(rpc('initialize', introduction))
  const opened = await send('/mcp', { method: 'POST', headers: as(key), body })
  const id = opened.headers.get('mcp-session-id')!
  return send('/mcp', { headers: as(key, { accept: 'text/event-stream', 'mcp-session-id': id }) })
}

function changesStream(key: string): Promise<Response> {
  const [body, headers] = modern('subscriptions/listen', { notifications: { resourcesListChanged: true } })
  return send('/mcp', { method: 'POST', headers: as(key, headers), body: JSON.stringify(body) })
}

for (const [name, open] of [
  ['the stream of a session', sessionStream],
  ['a stream of changes', changesStream],
] as const) {
  test(`${name} ends with the key that opened it; one of another key goes on`, async () => {
    const [ending, lasting] = [await app.addKey('tester'), await app.addKey('tester')]
    const [first, second] = [await open(ending), await open(lasting)]
    for (const { headers } of [first, second])
      expect(headers.get('content-type')).toStartWith('text/event-stream')
    const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(ending)![0]
    await revokeKey(app.storage.system, id)
    app.identity.forget({ keyId: id })
    await first.text()
    await app.rest('POST', '/api/v1/journal/entries', { entry: 'Written after the key was revoked' })
    const reader = second.body!.getReader()
    let heard = ''
    while (!heard.includes('list_changed')) {
      const { done, value } = await reader.read()
      expect(done).toBe(false)
      heard += new TextDecoder().decode(value)
    }
    await reader.cancel()
  })
}

const endless = () =>
  new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) }), {
    headers: { 'content-type': 'text/event-stream' },
  })

test('a database that does not answer ends no stream, and nobody looks after the reader has left', async () => {
  let looks = 0
  const look = async () => {
    looks++
    throw new AppError('unavailable', 'not now')
  }
  const reader = endWhenRefused(endless(), look, 5).body!.getReader()
  await reader.read()
  const next = reader.read().then(() => 'ended')
  while (looks < 3) await Bun.sleep(5)
  expect(await Promise.race([next, Bun.sleep(20).then(() => 'open')])).toBe('open')
  await reader.cancel()
  const before = looks
  await Bun.sleep(50)
  expect(looks).toBe(before)
})

test('other answers are left as they are', () => {
  const json = Response.json({})
  expect(endWhenRefused(json, async () => {})).toBe(json)
})
