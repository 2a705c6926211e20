import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startApp, type TestApp } from '../kit/app'
import { modern, rpc } from './kit'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.close())

const post = (body: unknown, key: string, headers: Record<string, string>, signal?: AbortSignal) =>
  app.send('/mcp', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  })

const listen = (key: string, filter: object = { resourcesListChanged: true }, signal?: AbortSignal) => {
  const [body, headers] = modern('subscriptions/listen', { notifications: filter })
  return post(body, key, headers, signal)
}

test('what a session follows is bounded by the length of each URI and by their number', async () => {
  const initialize = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'x', version: '1' },
  }
  const opened = await post(rpc('initialize', initialize), app.key, {})
  const session = { 'mcp-session-id': opened.headers.get('mcp-session-id')! }
  const follow = async (uri: string) =>
    (await (await post(rpc('resources/subscribe', { uri }), app.key, session)).json()) as { error?: object }
  expect(await follow(`journal://entries/${'x'.repeat(400)}`)).not.toHaveProperty('error')
  expect(await follow(`journal://entries/${'x'.repeat(600)}`)).toMatchObject({ error: { code: -32602 } })
  for (let i = 0; i < 199; i++) await follow(`journal://entries/${i}`)
  expect(await follow('journal://entries/one-more')).toMatchObject({ error: { code: -32600 } })
})

test('one principal holds so many streams of changes, and leaves those of others alone', async () => {
  const [mine, other] = [await app.addKey('greedy'), await app.addKey('modest')]
  const first = new AbortController()
  const streams = [await listen(mine, undefined, first.signal)]
  for (let i = 1; i < 64; i++) streams.push(await listen(mine))
  for (const { status } of streams) expect(status).toBe(200)
  const refused = await listen(mine)
  expect(refused.status).toBe(429)
  expect(await refused.json()).toMatchObject({ id: 1, error: { code: -32010 } })
  const others = await listen(other)
  expect(others.headers.get('content-type')).toStartWith('text/event-stream')
  first.abort()
  let again = await listen(mine)
  for (let i = 0; i < 100 && again.status !== 200; i++) {
    await Bun.sleep(10)
    again = await listen(mine)
  }
  expect(again.status).toBe(200)
  for (const stream of [...streams.slice(1), others, again]) await stream.body?.cancel()
})

test('a request for changes is kept while its stream is open, so it may not be large', async () => {
  const many = Array.from({ length: 2000 }, (_, i) => `journal://entries/${i}-${'x'.repeat(100)}`)
  const refused = await listen(app.key, { resourceSubscriptions: many })
  expect(refused.status).toBe(413)
  expect(await refused.json()).toMatchObject({ error: { code: -32600 } })
})
