import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { problemOf, type Served, serve } from './kit'

let server: Served
beforeAll(async () => {
  server = await serve()
})
afterAll(() => server.close())

const shop = '/api/v1/shop'

test('an operation answers its output as JSON under its own status', async () => {
  const response = await server.post(`${shop}/things`, { text: 'lamp' })
  expect(response.status).toBe(201)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(await response.json()).toEqual({ length: 4 })
})

test('what the path says wins over the body', async () => {
  const response = await server.post(`${shop}/things/one`, { id: 'two', text: 'x' }, {}, 'PATCH')
  expect(await response.json()).toEqual({ id: 'one', text: 'x' })
})

test('DELETE takes its input from the query or a JSON body', async () => {
  const byQuery = await server.send(`${shop}/things/1?confirm=yes`, { method: 'DELETE' })
  expect(await byQuery.json()).toEqual({ removed: '1' })
  const byBody = await server.post(`${shop}/things/1`, { confirm: 'yes' }, {}, 'DELETE')
  expect(await byBody.json()).toEqual({ removed: '1' })
  const without = await problemOf(await server.send(`${shop}/things/1`, { method: 'DELETE' }))
  expect(without.errors).toEqual([{ path: '/confirm', message: expect.any(String) }])
})

describe('bodies that are refused', () => {
  const rows: [string, string | Uint8Array<ArrayBuffer>, Record<string, string>, number, string][] = [
    ['broken JSON', '{"text":', {}, 400, 'malformed'],
    ['text after the JSON', '{"text":"a"} x', {}, 400, 'malformed'],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), {}, 400, 'malformed'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]), {}, 400, 'malformed'],
    ['an array', '[]', {}, 422, 'invalid'],
    ['a string', '"text"', {}, 422, 'invalid'],
    ['null', 'null', {}, 422, 'invalid'],
    ['a wrong type', '{"text":5}', {}, 422, 'invalid'],
    ['an empty text', '{"text":""}', {}, 422, 'invalid'],
    ['an unknown field', '{"text":"a","colour":"red"}', {}, 422, 'invalid'],
    ['__proto__ as a field', '{"text":"a","__proto__":{"admin":true}}', {}, 422, 'invalid'],
    ['a NUL', '{"text":"a\\u0000b"}', {}, 422, 'invalid'],
    ['a lone surrogate', '{"text":"a\\ud800b"}', {}, 422, 'invalid'],
    ['a lone surrogate as a key', '{"text":"a","metadata":{"\\udc00":1}}', {}, 422, 'invalid'],
    [
      'a form',
      'text=a',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported_media_type',
    ],
    ['plain text', '{"text":"a"}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['no type', '{"text":"a"}', { 'content-type': '' }, 415, 'unsupported_media_type'],
    [
      'UTF-16 by name',
      '{}',
      { 'content-type': 'application/json; charset=utf-16' },
      415,
      'unsupported_media_type',
    ],
    ['a coding', '{"text":"a"}', { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
  ]
  test.each(rows)('%s', async (_, body, headers, status, code) => {
    const response = await server.send(`${shop}/things`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
    expect(await problemOf(response)).toMatchObject({ status, code })
  })

  test('an absent body names what is missing', async () => {
    const problem = await problemOf(await server.send(`${shop}/things`, { method: 'POST' }))
    expect(problem.status).toBe(422)
    expect(problem.errors!.map(({ path }) => path)).toEqual(['/text'])
  })

  test('query parameters beside a body are named', async () => {
    const problem = await problemOf(await server.post(`${shop}/things?text=a&dry=1`, { text: 'b' }))
    expect(problem.status).toBe(422)
    expect(problem.errors!.map(({ path }) => path)).toEqual(['/text', '/dry'])
  })
})

test.each([
  'application/json',
  'application/json; charset=utf-8',
  'Application/JSON;charset="UTF-8"',
  'application/ld+json',
])('%s is JSON', async (type) => {
  expect((await server.post(`${shop}/things`, { text: 'a' }, { 'content-type': type })).status).toBe(201)
})

test('a byte order mark is no fault', async () => {
  expect((await server.post(`${shop}/things`, '\ufeff{"text":"a"}')).status).toBe(201)
})

test('an operation without required input needs no body', async () => {
  expect((await server.send(`${shop}/me`, { method: 'POST' })).status).toBe(200)
})

test('of duplicate keys the last counts, deep down __proto__ is data', async () => {
  const body = '{"text":"a","text":"abc","metadata":{"__proto__":{"polluted":1}}}'
  const text = await (await server.post(`${shop}/things`, body)).text()
  expect(text).toBe('{"length":3,"metadata":{"__proto__":{"polluted":1}}}')
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('a nesting bomb is 400, a deep but sane value passes', async () => {
  const nested = (levels: number) =>
    `{"text":"a","metadata":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`
  expect((await server.post(`${shop}/things`, nested(90))).status).toBe(201)
  expect(await problemOf(await server.post(`${shop}/things`, nested(101)))).toMatchObject({ status: 400 })
  expect(await problemOf(await server.post(`${shop}/things`, nested(1_000_000)))).toMatchObject({
    status: 400,
  })
  expect((await server.post(`${shop}/things`, { text: '[{'.repeat(1000) })).status).toBe(201)
  expect((await server.post(`${shop}/things`, { text: '\\"[['.repeat(1000) })).status).toBe(201)
})

describe('failures', () => {
  test('an error of ours keeps its message and members, and its members cannot forge the standard ones', async () => {
    const problem = await problemOf(await server.post(`${shop}/fail`, { how: 'app' }))
    expect(problem).toMatchObject({ status: 403, code: 'upgrade_required', detail: 'Pay more', limit: 100 })
    expect(problem.type).toBe('urn:holdfast:problem:upgrade_required')
  })

  test('Retry-After stands in header and body', async () => {
    const response = await server.post(`${shop}/fail`, { how: 'busy' })
    expect(response.headers.get('retry-after')).toBe('7')
    expect(await problemOf(response)).toMatchObject({ status: 503, retry_after: 7 })
  })

  test('anything else leaves as "Internal error" and is logged with its cause under the request id', async () => {
    server.lines.length = 0
    const problem = await problemOf(await server.post(`${shop}/fail`, { how: 'hard' }))
    expect(problem).toMatchObject({ status: 500, code: 'internal', detail: 'Internal error' })
    expect(JSON.stringify(problem)).not.toContain('hunter2')
    const line = server.lines.map((text) => JSON.parse(text)).find(({ level }) => level === 'ERROR')
    expect(line).toMatchObject({ request_id: problem.request_id, operation: 'fail' })
    expect(line.cause.stack.length).toBeGreaterThan(0)
  })

  test('a stranger’s row is not found', async () => {
    expect(await problemOf(await server.send(`${shop}/things/none`))).toMatchObject({
      status: 404,
      detail: 'Thing not found',
    })
  })
})

describe('callers', () => {
  test('no credential is 401 with a challenge', async () => {
    const response = await fetch(`${server.url}${shop}/things`)
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'AUTH_MISSING_KEY' })
  })

  test('half a subscription is 400', async () => {
    const response = await fetch(`${server.url}${shop}/things`, {
      headers: { 'x-user-email': 'a@example.com' },
    })
    const detail = 'Missing required headers: X-User-Email and X-Subscription-Key'
    expect(await problemOf(response)).toMatchObject({ status: 400, detail })
  })

  test('X-API-Key does too', async () => {
    const response = await fetch(`${server.url}${shop}/things`, { headers: { 'x-api-key': server.key } })
    expect(response.status).toBe(200)
  })

  test('a missing scope is 403 and names it', async () => {
    const key = await server.addKey('reader', 'free', ['shop:read'])
    const response = await server.post(`${shop}/things`, { text: 'a' }, { authorization: `Bearer ${key}` })
    expect(response.headers.get('www-authenticate')).toContain('shop:write')
    expect(await problemOf(response)).toMatchObject({ status: 403, code: 'insufficient_scope' })
  })

  test('a refused one is told apart before the body is judged', async () => {
    const response = await server.post(`${shop}/things`, '{broken', { authorization: 'Bearer kota_nope' })
    expect(response.status).toBe(401)
  })

  test('optional access runs for refused credentials and for none', async () => {
    const send = async (headers: Record<string, string>) =>
      (await fetch(`${server.url}${shop}/me`, { method: 'POST', headers })).json()
    expect(await send({})).toEqual({ kind: 'anonymous', refusal: 'AUTH_MISSING_KEY' })
    expect(await send({ 'x-api-key': 'wrong' })).toEqual({ kind: 'anonymous', refusal: 'AUTH_INVALID_KEY' })
    expect(await send({ 'x-api-key': server.key })).toEqual({ kind: 'key', refusal: null })
  })
})

describe('quotas', () => {
  const free = async () => ({ authorization: `Bearer ${await server.addKey(crypto.randomUUID(), 'free')}` })

  test('counted answers carry what is left; refused input costs nothing', async () => {
    const headers = await free()
    const first = await server.send(`${shop}/things`, { headers })
    expect(first.headers.get('x-ratelimit-limit')).toBe('20')
    expect(first.headers.get('x-ratelimit-remaining')).toBe('19')
    expect(Number(first.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000 - 1)
    expect(first.headers.get('ratelimit')).toContain('r=19')
    expect(first.headers.get('ratelimit-policy')).toContain('burst')
    const refused = await server.send(`${shop}/things?limit=0`, { headers })
    expect(refused.headers.get('x-ratelimit-remaining')).toBeNull()
    const second = await server.send(`${shop}/things`, { headers })
    expect(second.headers.get('x-ratelimit-remaining')).toBe('18')
  })

  test('answers that are made together keep their own ids and figures', async () => {
    const callers = [await free(), await free()]
    const left = callers.map(() => new Set<string | null>())
    const calls = Array.from({ length: 20 }, async (_, call) => {
      const id = `together-${call}`
      const headers = { ...callers[call % 2]!, 'x-request-id': id }
      const answer = await server.send(`${shop}/things`, { headers })
      expect(answer.headers.get('x-request-id')).toBe(id)
      const remaining = answer.headers.get('x-ratelimit-remaining')
      expect(answer.headers.get('ratelimit')).toContain(`r=${remaining};`)
      left[call % 2]!.add(remaining)
    })
    await Promise.all(calls)
    // What the last of those left that were counted together: nobody is told of calls that others have used already.
    for (const figures of left) {
      const told = [...figures].map(Number)
      expect(Math.min(...told)).toBe(10)
      expect(Math.max(...told)).toBeLessThanOrEqual(19)
    }
  })

  test('a call that was counted and then failed says so too', async () => {
    const failed = await server.post(`${shop}/fail`, { how: 'hard' }, await free())
    expect(failed.status).toBe(500)
    expect(failed.headers.get('x-ratelimit-remaining')).toBe('19')
  })

  test('over it: 429 with Retry-After and the limits', async () => {
    const headers = await free()
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => server.send(`${shop}/things`, { headers })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20)
    const over = answers.find(({ status }) => status === 429)!
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0)
    const problem = await problemOf(over)
    expect(problem).toMatchObject({ code: 'rate_limited', tier: 'free', limits: { burst: 20 } })
    expect(problem.detail).toContain('Rate limit exceeded for tier FREE')
  })

  test('an unlimited caller sees none', async () => {
    expect((await server.send(`${shop}/things`)).headers.get('x-ratelimit-limit')).toBeNull()
  })
})

describe('downloads', () => {
  const file = 'id,text\r\n1,lamp\r\n'

  test('without a wish the answer is JSON', async () => {
    const answer = (await (await server.send(`${shop}/export`)).json()) as Record<string, unknown>
    expect(answer).toEqual({ filename: 'things ü.csv', media_type: 'text/csv', content: file })
  })

  test.each([
    ['?download=true', {}],
    ['', { accept: 'text/csv' }],
    ['', { accept: 'text/html, text/csv;q=0.9' }],
  ])('%s %j gives the file', async (query, headers) => {
    const response = await server.send(`${shop}/export${query}`, {
      headers: headers as Record<string, string>,
    })
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="things__.csv"; filename*=UTF-8''things%20%C3%BC.csv`,
    )
    expect(await response.text()).toBe(file)
  })

  test.each([
    ['', { accept: '*/*' }],
    ['', { accept: 'application/json' }],
    ['?download=false', { accept: 'text/csv' }],
    ['?format=json', { accept: 'application/json' }],
  ])('%s %j stays JSON', async (query, headers) => {
    const response = await server.send(`${shop}/export${query}`, {
      headers: headers as Record<string, string>,
    })
    expect(await response.json()).toHaveProperty('filename')
  })

  test('a JSON file comes bare when it is asked for by name', async () => {
    const response = await server.send(`${shop}/export?format=json&download=true`)
    expect(response.headers.get('content-disposition')).toContain('things.json')
    expect(await response.text()).toBe('[1]')
  })

  test('elsewhere the parameter is unknown, as is a strange value', async () => {
    expect((await server.send(`${shop}/things?download=true`)).status).toBe(422)
    expect((await server.send(`${shop}/export?format=xml`)).status).toBe(422)
  })
})
