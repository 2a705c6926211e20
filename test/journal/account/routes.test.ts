import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createSubscription } from '../../../src/platform/identity/subscriptions'
import { startApp, type TestApp } from '../../kit/app'
import { type CoinbaseStub, startCoinbase } from '../portfolio/coinbase-stub'

let app: TestApp
let coinbase: CoinbaseStub

beforeAll(async () => {
  coinbase = startCoinbase()
  app = await startApp({ env: { COINBASE_API_URL: coinbase.url } })
})
afterAll(async () => {
  await app.close()
  await coinbase.stop()
})

const journal = '/api/v1/journal'

async function rest(method: string, path: string, body?: unknown, key?: string | null) {
  const response = await app.rest(method, path, body, key)
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  return { status: response.status, body: (await response.json()) as any }
}

test('preferences over REST', async () => {
  const put = await rest('PUT', `${journal}/preferences/ui.theme`, { value: 'dark', category: 'ui' })
  expect(put).toMatchObject({
    status: 200,
    body: { success: true, preference: { key: 'ui.theme', value: 'dark' } },
  })
  expect(await rest('GET', `${journal}/preferences/ui.theme`)).toMatchObject({
    body: { value: 'dark', found: true },
  })
  expect((await rest('GET', `${journal}/preferences/none?default=7`)).body.value).toBe(7)
  expect((await rest('GET', `${journal}/preferences/none?default=light`)).body.value).toBe('light')
  expect((await rest('GET', `${journal}/preferences?category=ui&limit=1`)).body).toMatchObject({ count: 1 })
  expect((await rest('DELETE', `${journal}/preferences/ui.theme`)).status).toBe(200)
  expect((await rest('DELETE', `${journal}/preferences/ui.theme`)).status).toBe(404)
})

test('records over REST', async () => {
  const data = { symbol: 'BTC', size: 0.5, legs: [1, 2] }
  const stored = await rest('POST', `${journal}/records`, { record_type: 'trade_plan', data })
  expect(stored.status).toBe(201)
  const path = `${journal}/records/${stored.body.record_id}`
  expect((await rest('GET', path)).body.record.data).toEqual(data)
  for (const where of [{ symbol: 'BTC' }, { size: 0.5 }, { legs: [1, 2], symbol: 'BTC' }]) {
    const query = new URLSearchParams({ record_type: 'trade_plan', where: JSON.stringify(where) })
    expect((await rest('GET', `${journal}/records?${query}`)).body).toMatchObject({
      count: 1,
      next_cursor: null,
    })
  }
  expect((await rest('GET', `${journal}/records?where=%7B"symbol":"ETH"%7D`)).body.count).toBe(0)
  expect((await rest('GET', `${journal}/records?where=BTC`)).status).toBe(422)
  expect((await rest('PATCH', path, { data: { symbol: 'ETH' } })).body.record.data).toEqual({ symbol: 'ETH' })
  expect((await rest('DELETE', path)).status).toBe(200)
  expect((await rest('GET', path)).status).toBe(404)
})

test('the same over MCP', async () => {
  const set = await app.tool('set_preference', { key: 'size', value: { lots: [1, null] } })
  expect(set.structuredContent).toMatchObject({ success: true })
  const got = await app.tool('get_preference', { key: 'size' })
  expect(got.structuredContent).toMatchObject({ value: { lots: [1, null] }, found: true })
  const stored = await app.tool('store_record', { record_type: 'alert', data: { on: true } })
  expect(stored.structuredContent).toMatchObject({ record: { data: { on: true } } })
  const found = await app.tool('query_records', { where: { on: true } })
  expect(found.structuredContent).toMatchObject({ count: 1 })
  const secret = await app.tool('set_preference', { key: 'note', value: 'fm_sub_premium_123' })
  expect(secret.isError).toBe(true)
  expect(secret.content![0]!.text).toContain('secret_detected')
  expect(secret.content![0]!.text).not.toContain('premium_123')
})

test('figures count what was called', async () => {
  const key = await app.addKey('counted', 'basic')
  for (let at = 0; at < 3; at++) await rest('GET', `${journal}/preferences`, undefined, key)
  const { status, body } = await rest('GET', '/api/v1/me', undefined, key)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    tier: 'basic',
    rate_limits: { current_usage: { hour: 3 }, limits: { hour: 500, day: 5000 } },
  })
  expect(body.rate_limits.utilization_percentage.hour).toBeCloseTo(0.6)
})

test('validation answers any credential', async () => {
  expect(await rest('POST', '/api/v1/me/validate')).toMatchObject({
    status: 200,
    body: { valid: true, tier: 'enterprise', user_id: 'tester' },
  })
  for (const key of [`${app.key}x`, 'nonsense']) {
    expect(await rest('POST', '/api/v1/me/validate', undefined, key)).toMatchObject({
      status: 200,
      body: { success: false, valid: false, tier: null },
    })
  }
  expect(await rest('POST', '/api/v1/me/validate', undefined, null)).toMatchObject({
    status: 401,
    body: { code: 'AUTH_MISSING_KEY' },
  })
  const person = {
    email: 'valid@example.com',
    tier: 'premium',
    expiresAt: '2100-01-01T00:00:00Z',
    namespace: '',
  }
  const { key, user_id } = await createSubscription(app.storage.system, person)
  const headers = { 'X-User-Email': ' Valid@Example.com ', 'X-Subscription-Key': key }
  const response = await app.send('/api/v1/me/validate', { method: 'POST', headers })
  expect(await response.json()).toEqual({
    success: true,
    valid: true,
    tier: 'premium',
    status: 'active',
    expires_at: '2100-01-01T00:00:00.000Z',
    in_grace: false,
    user_id,
  })
})

test('deletion wants its words, in the query or in the body', async () => {
  const key = await app.addKey('leaver')
  const words = 'delete everything'
  await rest('PUT', `${journal}/preferences/a`, { value: 1 }, key)
  expect((await rest('DELETE', `${journal}/me`, undefined, key)).status).toBe(422)
  expect((await rest('DELETE', `${journal}/me?confirm=yes`, undefined, key)).status).toBe(422)
  const inQuery = await rest('DELETE', `${journal}/me?confirm=${encodeURIComponent(words)}`, undefined, key)
  expect(inQuery).toMatchObject({ status: 200, body: { deleted: { preferences: 1 } } })
  await rest('PUT', `${journal}/preferences/a`, { value: 1 }, key)
  expect(await app.tool('delete_my_data', { confirm: words }, key)).toMatchObject({
    structuredContent: { deleted: { preferences: 1 } },
  })
})

test('a key that may only read cannot write or delete', async () => {
  const key = await app.addKey('reader', 'basic', ['journal:read'])
  const attempts: [string, string, unknown?][] = [
    ['PUT', `${journal}/preferences/a`, { value: 1 }],
    ['POST', `${journal}/records`, { record_type: 'note', data: {} }],
    ['DELETE', `${journal}/me?confirm=delete%20everything`],
  ]
  for (const [method, path, body] of attempts) {
    expect((await rest(method, path, body, key)).status).toBe(403)
  }
  expect((await rest('GET', '/api/v1/me', undefined, key)).status).toBe(200)
})

test('the portfolio by request headers, over REST and MCP', async () => {
  coinbase.accounts = [{ currency: 'USD', available: '12.5' }]
  const pem = coinbase.privateKey.export({ type: 'sec1', format: 'pem' }) as string
  const headers = {
    authorization: `Bearer ${app.key}`,
    'X-Coinbase-API-Key': coinbase.keyName,
    'X-Coinbase-API-Secret': pem.replaceAll('\n', '\\n'),
  }
  const response = await app.send(`${journal}/portfolio`, { headers })
  expect(await response.json()).toMatchObject({ success: true, total_value: 12.5 })
  const call = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'get_portfolio', arguments: {} },
  }
  const over = await app.send('/mcp', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(call),
  })
  expect(await over.json()).toMatchObject({ result: { structuredContent: { total_value: 12.5 } } })
  const without = await rest('GET', `${journal}/portfolio`)
  expect(without).toMatchObject({ status: 422, body: { code: 'coinbase_credentials_missing' } })
  expect(coinbase.refusals).toEqual([])
})
