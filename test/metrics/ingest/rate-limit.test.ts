import { afterAll, expect, test } from 'bun:test'
import { createRateLimit } from '../../../src/modules/metrics/ingest/rate-limit'
import { createKey } from '../../../src/platform/identity/keys'
import { request, startMetrics } from '../rig'

let at = 1_763_700_000_000
const rig = await startMetrics({ now: () => at, env: { METRICS_RATE_LIMIT: '3' } })
afterAll(() => rig.close())
const metric = { type: 'custom', value: 1 }
const key = { id: 'key' }
const look = async () =>
  (await rig.send('/rate-limit', { headers: { 'x-api-key': rig.ingestKey } })).json() as Promise<unknown>

test('a key has so many requests a minute, and is told when the next is let through', async () => {
  expect(await look()).toEqual({
    service: 'auth-server',
    rate_limit: 3,
    available_tokens: 3,
    reset_time_seconds: 0,
  })
  const left: (string | null)[] = []
  for (let n = 0; n < 3; n++)
    left.push((await rig.post(request(metric))).headers.get('x-ratelimit-remaining'))
  expect(left).toEqual(['2', '1', '0'])
  const refused = await rig.post(request(metric))
  expect([refused.status, await refused.json()]).toEqual([
    429,
    { detail: 'Rate limit exceeded. Limit: 3 requests/minute' },
  ])
  expect(
    Object.fromEntries(
      ['limit', 'remaining'].map((name) => [name, refused.headers.get(`x-ratelimit-${name}`)]),
    ),
  ).toEqual({
    limit: '3',
    remaining: '0',
  })
  expect(refused.headers.get('retry-after')).toBe('20')
  expect(await look()).toEqual({
    service: 'auth-server',
    rate_limit: 3,
    available_tokens: 0,
    reset_time_seconds: 60,
  })
  at += 20_000
  expect((await rig.post(request(metric))).status).toBe(200)
  expect((await rig.post(request(metric))).status).toBe(429)
})

test('another key has a bucket of its own, and a refused schema has spent a token', async () => {
  const other = await rig.addIngestKey('auth-server')
  expect((await rig.post({ service: 'auth-server' }, other)).status).toBe(422)
  expect((await rig.post(request(metric), other)).headers.get('x-ratelimit-remaining')).toBe('1')
})

test('a key with a limit of its own has that one, in headers, answers and series', async () => {
  const { key, limits } = await createKey(rig.storage.system, { service: 'busy', limits: { minute: 5 } })
  expect(limits).toEqual({ minute: 5 })
  const headers = { 'x-api-key': key }
  const left: string[] = []
  for (let n = 0; n < 6; n++) {
    const answer = await rig.post({ service: 'busy', metrics: [metric] }, key)
    const [limit, remaining] = ['limit', 'remaining'].map((name) => answer.headers.get(`x-ratelimit-${name}`))
    left.push(`${answer.status} ${remaining}/${limit}`)
  }
  expect(left).toEqual(['200 4/5', '200 3/5', '200 2/5', '200 1/5', '200 0/5', '429 0/5'])
  at += 24_000
  expect(await (await rig.send('/rate-limit', { headers })).json()).toEqual({
    service: 'busy',
    rate_limit: 5,
    available_tokens: 2,
    reset_time_seconds: 36,
  })
  expect(await rig.telemetry.exposition()).toContain('rate_limit_available_tokens{service="busy"} 2')
})

test('of a limit that changes the same share is left', () => {
  const limit = createRateLimit(10, () => 0)
  for (let n = 0; n < 5; n++) limit.take(key)
  expect(limit.look({ ...key, limits: { minute: 100 } })).toMatchObject({ limit: 100, available: 50 })
  expect(limit.look({ ...key, limits: { minute: 3 } })).toMatchObject({ limit: 3, available: 1 })
})

test('no fraction is lost, however often it is asked', () => {
  let now = 0
  const limit = createRateLimit(1000, () => now)
  let taken = 0
  for (; now < 120_000; now += 7) if (limit.take(key).taken) taken++
  expect(taken).toBeGreaterThanOrEqual(2990)
  expect(taken).toBeLessThanOrEqual(3000)
})

test('a clock that is set back takes nothing and gives nothing', () => {
  let now = 1_000_000
  const limit = createRateLimit(2, () => now)
  limit.take(key)
  limit.take(key)
  now -= 500_000
  expect(limit.take(key)).toMatchObject({ taken: false, retryAfter: 30 })
  now += 30_000
  expect(limit.take(key).taken).toBe(true)
})
