import { afterAll, describe, expect, test } from 'bun:test'
import { compress } from 'snappyjs'
import { startMetrics } from '../rig'
import { bodyOne, bodyTwo, type Series } from './encode'

const rig = await startMetrics()
const anyKey = await rig.addIngestKey('any')
afterAll(() => rig.close())

const typeOne = 'application/x-protobuf'
const typeTwo = 'application/x-protobuf;proto=io.prometheus.write.v2.Request'

const send = (body: Uint8Array, type = typeOne, key = anyKey, headers: Record<string, string> = {}) =>
  rig.send('/api/v1/write', {
    method: 'POST',
    headers: {
      'content-type': type,
      'content-encoding': 'snappy',
      authorization: `Bearer ${key}`,
      ...headers,
    },
    body: body as Uint8Array<ArrayBuffer>,
  })

const now = Date.now()
const row = async (service: string) =>
  (
    await rig.rows<{ instance_id: string; dimensions: string; value: number; timestamp: string }>(
      `select instance_id, dimensions, value, timestamp from metrics where service = '${service}' order by id`,
    )
  ).map(({ dimensions, ...rest }) => ({ ...rest, dimensions: JSON.parse(dimensions) }))

describe.each([
  ['1.0', typeOne, bodyOne],
  ['1.0 by name', `${typeOne};proto=prometheus.WriteRequest`, bodyOne],
  ['2.0', typeTwo, bodyTwo],
] as const)('version %s', (version, type, body) => {
  const service = `job-${version.replaceAll(/[. ]/g, '-')}`
  const labels = { __name__: 'up_total', job: service, instance: 'h:9100', 'http.path': '/a' }
  const series: Series[] = [
    {
      labels,
      samples: [
        { value: 1.5, timestamp: now - 1000 },
        { value: Number.NaN, timestamp: now - 500 },
        { value: 1e18, timestamp: now },
      ],
    },
  ]

  test('samples keep name, labels and time; what marks the end of a series is no sample', async () => {
    const response = await send(body(series), type)
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(response.headers.get('x-prometheus-remote-write-samples-written')).toBe('3')
    expect(response.headers.get('x-prometheus-remote-write-histograms-written')).toBe('0')
    expect(response.headers.get('x-prometheus-remote-write-exemplars-written')).toBe('0')
    const dimensions = { metric_name: 'up_total', job: service, instance: 'h:9100', http_path: '/a' }
    expect(await row(service)).toEqual([
      { instance_id: 'h_9100', dimensions, value: 1.5, timestamp: new Date(now - 1000).toISOString() },
      { instance_id: 'h_9100', dimensions, value: 1e18, timestamp: new Date(now).toISOString() },
    ])
  })

  test('native histograms become ordinary buckets', async () => {
    const histograms = [
      {
        count_int: 6,
        sum: 18.5,
        schema: 0,
        zero_threshold: 0.001,
        zero_count_int: 1,
        positive_spans: [
          { offset: 0, length: 2 },
          { offset: 1, length: 1 },
        ],
        positive_deltas: [1, 1, 0],
        timestamp: now,
      },
    ]
    const name = `${service}-native`
    const response = await send(body([{ labels: { __name__: 'took', job: name }, histograms }]), type)
    expect(response.status).toBe(204)
    expect(response.headers.get('x-prometheus-remote-write-histograms-written')).toBe('1')
    const found = (await row(name)).map(({ dimensions, value }) => [
      dimensions.metric_name,
      dimensions.le,
      value,
    ])
    expect(found).toEqual([
      ['took_bucket', '0.001', 1],
      ['took_bucket', '1', 2],
      ['took_bucket', '2', 4],
      ['took_bucket', '4', 4],
      ['took_bucket', '8', 6],
      ['took_bucket', '+Inf', 6],
      ['took_sum', undefined, 18.5],
      ['took_count', undefined, 6],
    ])
  })

  test('what cannot be stored is 400, which is final, and the rest is stored', async () => {
    const name = `${service}-partly`
    const response = await send(
      body([
        { labels: { __name__: 'good', job: name }, samples: [{ value: 1, timestamp: now }] },
        { labels: { __name__: 'endless', job: name }, samples: [{ value: Infinity, timestamp: now }] },
        { labels: { job: name }, samples: [{ value: 1, timestamp: now }] },
        { labels: { __name__: 'never', job: name }, samples: [{ value: 1, timestamp: 9e15 }] },
      ]),
      type,
    )
    expect(response.status).toBe(400)
    expect(await response.text()).toMatch(/^Not everything was stored: .*no name.*\n$/)
    expect(response.headers.get('x-prometheus-remote-write-samples-written')).toBe('1')
    expect(await row(name)).toMatchObject([{ dimensions: { metric_name: 'good' }, value: 1 }])
  })
})

test('custom buckets have the bounds that are sent', async () => {
  const histogram = {
    count_float: 5,
    sum: 4,
    schema: -53,
    positive_spans: [{ offset: 0, length: 3 }],
    positive_counts: [1, 2, 2],
    custom_values: [0.5, 2],
    timestamp: now,
  }
  const histograms = [histogram, { ...histogram, schema: 20 }, { ...histogram, positive_counts: [1] }]
  const response = await send(
    bodyTwo([{ labels: { __name__: 'custom', job: 'custom' }, histograms: [histogram] }]),
    typeTwo,
  )
  expect(response.status).toBe(204)
  expect((await row('custom')).map(({ dimensions, value }) => [dimensions.le, value])).toEqual([
    ['0.5', 1],
    ['2', 3],
    ['+Inf', 5],
    [undefined, 4],
    [undefined, 5],
  ])
  const refused = await send(
    bodyTwo(histograms.slice(1).map((one) => ({ labels: { __name__: 'x' }, histograms: [one] }))),
    typeTwo,
  )
  expect(refused.status).toBe(400)
  expect(await refused.text()).toMatch(/schema 20.*spans/)
})

test('a key of one service gives its name to everything', async () => {
  const series = [{ labels: { __name__: 'keyed', job: 'node' }, samples: [{ value: 1, timestamp: now }] }]
  expect((await send(bodyOne(series), typeOne, rig.ingestKey)).status).toBe(204)
  expect(await rig.rows(`select service from metrics where dimensions like '%"keyed"%'`)).toEqual([
    { service: 'auth-server' },
  ])
})

const small = bodyOne([])

test.each([
  ['another type', small, 'application/json', {}, 415],
  ['another message', small, `${typeOne};proto=io.prometheus.write.v9.Request`, {}, 415],
  ['another packing', small, typeOne, { 'content-encoding': 'gzip' }, 415],
  ['what is not Snappy', new Uint8Array([9, 9, 9]), typeOne, {}, 400],
  ['what is not the message', new Uint8Array(compress(new Uint8Array([7, 7]))), typeOne, {}, 400],
  ['the other version', bodyTwo([{ labels: { a: 'b' } }]), typeOne, {}, 204],
  ['a bomb', new Uint8Array(compress(new Uint8Array(40_000_000))), typeOne, {}, 413],
] as const)('%s', async (_, body, type, headers, status) => {
  expect((await send(body, type, anyKey, headers)).status).toBe(status)
})

test('no key is 401', async () => {
  expect((await send(small, typeOne, 'mcp_metrics_nonsense')).status).toBe(401)
})
