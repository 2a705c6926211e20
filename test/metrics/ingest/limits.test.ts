import { afterAll, describe, expect, test } from 'bun:test'
import { request, startMetrics } from '../rig'

const rig = await startMetrics({ now: () => Date.parse('2026-11-21T12:00:00Z') })
afterAll(() => rig.close())

const custom = (more: object = {}) => ({ type: 'custom', value: 1, ...more })
const keysOf = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n]))
const errorsOf = async (body: unknown) => {
  const response = await rig.post(body)
  return { ...((await response.json()) as { errors: string[]; rejected: number }), status: response.status }
}

describe('a metric that does not fit is rejected with its index and field', () => {
  const cases: [string, object, string[]][] = [
    ['a future timestamp', { timestamp: '2026-11-21T12:05:01Z' }, ['timestamp']],
    ['a null timestamp', { timestamp: null }, ['timestamp']],
    ['a large value', { value: 1.1e12 }, ['value']],
    ['a small value', { value: -1.1e12 }, ['value']],
    ['not a number', { value: 'NaN' }, ['value']],
    ['an infinite value', { value: 'Infinity' }, ['value']],
    ['a negative duration', { duration_ms: -1 }, ['duration_ms']],
    ['a duration over a day', { duration_ms: 86_400_001 }, ['duration_ms']],
    ['a duration that is no number', { duration_ms: 'nan' }, ['duration_ms']],
    ['21 dimensions', { dimensions: keysOf(21) }, ['dimensions']],
    ['a key with a hyphen', { dimensions: { 'a-b': 1 } }, ['dimensions.a-b']],
    ['a key that begins with a digit', { dimensions: { '1a': 1 } }, ['dimensions.1a']],
    ['a long key', { dimensions: { [`a${'b'.repeat(50)}`]: 1 } }, [`dimensions.a${'b'.repeat(49)}`]],
    ['a long dimension', { dimensions: { a: 'x'.repeat(201) } }, ['dimensions.a']],
    ['31 metadata fields', { metadata: keysOf(31) }, ['metadata']],
    ['long metadata', { metadata: { 'any key': 'x'.repeat(1001) } }, ['metadata.any key']],
    ['long metadata as JSON', { metadata: { a: ['x'.repeat(1001)] } }, ['metadata.a']],
    ['two faults', { value: 1e13, duration_ms: -1 }, ['value', 'duration_ms']],
  ]
  test.each(cases)('%s', async (_, more, fields) => {
    const { status, errors, rejected } = await errorsOf(request(custom(), custom(more)))
    expect({ status, rejected }).toEqual({ status: 200, rejected: 1 })
    expect(errors.map((error) => error.split(': ')[0])).toEqual(fields.map((field) => `metrics[1].${field}`))
  })
})

test('what nests deeper than its limit can hold is a fault of its metric alone', async () => {
  const metric = (field: string, levels: number) =>
    `{"type":"custom","value":1,"${field}":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`
  const metrics = [metric('metadata', 400), metric('metadata', 100_000), metric('dimensions', 100_000)]
  const answer = await rig.post(`{"service":"auth-server","metrics":[${metrics}]}`)
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    {
      accepted: 1,
      errors: [
        'metrics[1].metadata.a: Value nests deeper than 500 levels',
        'metrics[2].dimensions.a: Value nests deeper than 500 levels',
      ],
    },
  ])
})

test('NaN and Infinity as Python writes them are faults of their metrics alone', async () => {
  const metric = (value: string) =>
    `{"type": "custom", "value": ${value}, "metadata": {"note": "NaN, \\"Infinity"}}`
  const body = `{"service": "auth-server", "metrics": [${['1', 'NaN', '-Infinity', '2'].map(metric).join(', ')}]}`
  const { errors, ...answer } = await errorsOf(body)
  expect(answer).toMatchObject({ status: 200, accepted: 2, rejected: 2 })
  expect(new Set(errors.map((error) => error.split(': ')[0]))).toEqual(
    new Set(['metrics[1].value', 'metrics[2].value']),
  )
  expect((await rig.post(`{"service": "auth-server", "metrics": [${metric('NaN')}`)).status).toBe(422)
})

describe('the edges fit', () => {
  const cases: [string, object][] = [
    ['five minutes ahead', { timestamp: '2026-11-21T12:05:00Z' }],
    ['long ago', { timestamp: '2020-01-01T00:00:00' }],
    ['largest value', { value: 1e12 }],
    ['a numeric text', { value: '1.5' }],
    ['a boolean', { value: true }],
    ['no duration', { duration_ms: null }],
    ['a whole day', { duration_ms: 86_400_000 }],
    ['20 dimensions', { dimensions: keysOf(20) }],
    ['null as dimension', { dimensions: { a: null } }],
    ['200 characters', { dimensions: { a: 'x'.repeat(200) } }],
    ['30 metadata fields', { metadata: keysOf(30) }],
    ['fields of other versions', { color: 'red' }],
    ['a key that objects have', { dimensions: { __proto__x: 1, constructor: 'c' } }],
  ]
  test.each(cases)('%s', async (_, more) => {
    expect(await errorsOf(request(custom(more)))).toMatchObject({ status: 200, rejected: 0, errors: [] })
  })
})

test.each([
  ['2026-11-20T10:00:00', '2026-11-20T10:00:00.000Z'],
  ['2026-11-20 10:00:00.123456', '2026-11-20T10:00:00.123Z'],
  ['2026-11-20T10:00:00.5Z', '2026-11-20T10:00:00.500Z'],
  ['2026-11-20T10:00:00+02:00', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20T10:00:00-0530', '2026-11-20T15:30:00.000Z'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  [1_763_632_800, '2025-11-20T10:00:00.000Z'],
  [1_763_632_800_000, '2025-11-20T10:00:00.000Z'],
])('timestamp %p is %s', async (timestamp, expected) => {
  const response = await rig.post(request(custom({ timestamp })))
  const { request_id } = (await response.json()) as { request_id: string }
  expect(await rig.rows(`select timestamp from metrics where request_id = '${request_id}'`)).toEqual([
    { timestamp: expected },
  ])
})

describe('a body that is no request is 422 with the predecessor’s list, and stores nothing', () => {
  const cases: [string, unknown, unknown][] = [
    ['an unknown type', request(custom(), { type: 'other', value: 1 }), ['body', 'metrics', 1, 'type']],
    ['no type', request({ value: 1 }), ['body', 'metrics', 0, 'type']],
    ['no value', request({ type: 'custom' }), ['body', 'metrics', 0, 'value']],
    ['a value that is a word', request(custom({ value: 'much' })), ['body', 'metrics', 0, 'value']],
    ['a timestamp that is none', request(custom({ timestamp: 'noon' })), ['body', 'metrics', 0, 'timestamp']],
    [
      'a day that its month does not have',
      request(custom(), custom({ timestamp: '2026-02-30 10:00:00' })),
      ['body', 'metrics', 1, 'timestamp'],
    ],
    ['a time before all years', request(custom({ timestamp: -1e14 })), ['body', 'metrics', 0, 'timestamp']],
    ['dimensions that are a list', request(custom({ dimensions: [] })), ['body', 'metrics', 0, 'dimensions']],
    ['a metric that is null', { service: 'auth-server', metrics: [null] }, ['body', 'metrics', 0]],
    ['no service', { metrics: [custom()] }, ['body', 'service']],
    ['a long service', { service: 'a'.repeat(51), metrics: [custom()] }, ['body', 'service']],
    ['a long version', { ...request(custom()), version: '1'.repeat(21) }, ['body', 'version']],
    ['a long instance', { ...request(custom()), instance_id: 'i'.repeat(51) }, ['body', 'instance_id']],
    ['no metrics', { service: 'auth-server' }, ['body', 'metrics']],
    ['metrics that are no list', { service: 'auth-server', metrics: {} }, ['body', 'metrics']],
    ['a list', [], ['body']],
    ['an empty key', request(custom({ idempotency_key: '' })), ['body', 'metrics', 0, 'idempotency_key']],
  ]
  test.each(cases)('%s', async (_, body, loc) => {
    const before = await rig.rows('select count(*) as n from metrics')
    const anyService = await rig.addIngestKey('any')
    const response = await rig.post(body, anyService)
    expect(response.status).toBe(422)
    const { detail } = (await response.json()) as { detail: { loc: unknown; msg: string; type: string }[] }
    expect(detail.map((fault) => fault.loc)).toContainEqual(loc)
    expect(await rig.rows('select count(*) as n from metrics')).toEqual(before)
  })
})

describe('checks come in the known order', () => {
  test('JSON that does not parse is 422 even without a key', async () => {
    const response = await rig.post('{', null)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ detail: [{ type: 'json_invalid', loc: ['body', 0] }] })
  })

  test('then the key', async () => {
    const none = await rig.post({}, null)
    expect([none.status, await none.json()]).toEqual([
      401,
      { detail: 'API key required in X-API-Key header' },
    ])
    const wrong = await rig.post({}, `mcp_metrics_${'x'.repeat(43)}`)
    expect([wrong.status, await wrong.json()]).toEqual([401, { detail: 'Invalid API key' }])
  })

  test('another service than the key’s is 403, a key for any may', async () => {
    const other = { service: 'registry', metrics: [custom()] }
    expect((await rig.post(other)).status).toBe(403)
    expect((await rig.post(other, await rig.addIngestKey('any'))).status).toBe(200)
  })
})

test('2048 metrics are one request, 2049 are too many and none of them is stored', async () => {
  const before = await rig.rows<{ n: number }>('select count(*) as n from metrics')
  const full = await rig.post(request(...Array.from({ length: 2048 }, () => custom())))
  expect(await full.json()).toMatchObject({ accepted: 2048, rejected: 0 })
  const more = await rig.post(request(...Array.from({ length: 2049 }, () => custom())))
  expect([more.status, await more.json()]).toEqual([
    413,
    { detail: 'Too many metrics in request: 2049, max 2048; send them in several requests' },
  ])
  expect(await rig.rows<{ n: number }>('select count(*) as n from metrics')).toEqual([
    { n: before[0]!.n + 2048 },
  ])
})

test('a body may be packed by gzip, and by nothing else', async () => {
  const packed = (body: unknown, encoding: string) =>
    rig.send('/metrics', {
      method: 'POST',
      headers: { 'x-api-key': rig.ingestKey, 'content-encoding': encoding },
      body: Bun.gzipSync(JSON.stringify(body)),
    })
  const stored = await packed(request(custom(), custom({ value: 'NaN' })), 'gzip')
  expect(await stored.json()).toMatchObject({ accepted: 1, rejected: 1 })
  const other = await packed(request(custom()), 'br')
  expect([other.status, await other.json()]).toEqual([
    415,
    { detail: 'Content-Encoding must be gzip, or left out' },
  ])
  const bomb = await packed(' '.repeat(40_000_000), 'gzip')
  expect(bomb.status).toBe(413)
})

test('no metric at all is an error in the known shape', async () => {
  expect(await errorsOf(request())).toMatchObject({
    status: 200,
    rejected: 0,
    errors: ['metrics: At least one metric is required'],
  })
})

test('a service name that cannot be refuses every metric', async () => {
  const response = await rig.post(
    { service: 'a b', metrics: [custom(), custom()] },
    await rig.addIngestKey('any'),
  )
  expect(await response.json()).toMatchObject({ status: 'success', accepted: 0, rejected: 2 })
})

test('booleans are booleans, whatever a sender calls them', async () => {
  const words = [true, 'true', 'True', 1, '1', false, 'false', 'False', 0]
  const metrics = words.map((success, n) => ({
    type: 'auth_request',
    value: 1,
    dimensions: { success, server: `b${n}` },
  }))
  await rig.post(request(...metrics))
  const rows = await rig.rows<{ success: number }>(
    `select success from auth_metrics where server glob 'b?' order by server`,
  )
  expect(rows.map(({ success }) => success)).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0])
})

test('limits count characters: an emoji is one', async () => {
  const fits = { dimensions: { note: '🔧'.repeat(200) }, metadata: { ['🔑'.repeat(50)]: '📝'.repeat(1000) } }
  expect(await errorsOf(request(custom(fits)))).toMatchObject({ accepted: 1, errors: [] })
  const long = { dimensions: { note: '🔧'.repeat(201) }, metadata: { note: '📝'.repeat(1001) } }
  const { errors } = await errorsOf(request(custom(long)))
  expect(errors.map((error) => error.split(': ')[0])).toEqual([
    'metrics[0].dimensions.note',
    'metrics[0].metadata.note',
  ])
})
