import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startApp, type TestApp } from '../kit/app'

let app: TestApp
let key: string
beforeAll(async () => {
  app = await startApp()
  key = await app.addKey('careful', 'free')
})
afterAll(() => app.close())

const base = '/api/v1/journal'
const hex = 'a1'.repeat(32)
const entry = `${base}/entries/019a9c1e-7c1b-7d6a-9a3e-0f2b6c1d4e5f`

async function used(): Promise<number> {
  const answer = await app.rest('GET', '/api/v1/me', undefined, key)
  const { rate_limits } = (await answer.json()) as { rate_limits: { current_usage: { hour?: number } } }
  return rate_limits.current_usage.hour ?? 0
}

test.each<[string, string, string, unknown]>([
  ['an empty text', 'POST', '/entries', { entry: '  ' }],
  ['a long text', 'POST', '/entries', { entry: 'x'.repeat(10_001) }],
  ['large metadata', 'POST', '/entries', { entry: 'x', metadata: { a: 'x'.repeat(16_400) } }],
  ['a time of another age', 'POST', '/entries', { entry: 'x', occurred_at: '1960-01-01' }],
  ['a secret', 'POST', '/entries', { entry: hex }],
  ['a secret of a trade', 'POST', '/entries/trades', trade(hex)],
  ['a blank reason', 'POST', '/entries/trades', trade(' ')],
  ['a secret of an analysis', 'POST', '/entries/analyses', { symbol: 'BTC', analysis: hex }],
  ['a change to nothing', 'PATCH', entry.slice(base.length), {}],
  ['a change to a secret', 'PATCH', entry.slice(base.length), { metadata: { note: hex } }],
  ['a strange cursor', 'GET', '/entries?cursor=abc', undefined],
  ['a span that ends before it begins', 'GET', '/entries?from=2026-02-02&to=2026-02-01', undefined],
  ['a search without words', 'GET', '/entries/search?query=-', undefined],
  ['a secret preference', 'PUT', '/preferences/a', { value: { b: hex } }],
  ['a large preference', 'PUT', '/preferences/a', { value: 'x'.repeat(70_000) }],
  ['a secret record', 'POST', '/records', { record_type: 'plan', data: { a: hex } }],
  ['a file that is not of its format', 'POST', '/import', { format: 'json', content: '{' }],
  [
    'a file of too many entries',
    'POST',
    '/import',
    { content: JSON.stringify(Array(2_001).fill({ entry: 'x' })) },
  ],
  ['a change of a record to a secret', 'PATCH', '/records/1', { data: { a: hex } }],
])('%s is refused before it runs, and costs nothing', async (_, method, path, body) => {
  const before = await used()
  const answer = await app.rest(method, base + path, body, key)
  expect(answer.status).toBe(422)
  expect(answer.headers.get('x-ratelimit-limit')).toBeNull()
  expect(await used()).toBe(before)
})

test('what runs is counted, whatever becomes of it', async () => {
  const before = await used()
  expect((await app.rest('POST', `${base}/entries`, { entry: 'fine' }, key)).status).toBe(201)
  expect((await app.rest('PATCH', entry, { entry: 'fine' }, key)).status).toBe(404)
  expect(await used()).toBe(before + 2)
})

function trade(reasoning: string) {
  return { symbol: 'BTC', action: 'buy', quantity: 1, price: 1, reasoning }
}
