import { afterAll, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import { startMetrics } from '../rig'

const rig = await startMetrics()
const anyKey = await rig.addIngestKey('any')
afterAll(() => rig.close())

const nanoseconds = (ms: number) => `${ms}000000`
const at = Date.now() - 60_000

interface Sent {
  key?: string | null
  headers?: Record<string, string>
}

const send = (body: unknown, { key = anyKey, headers = {} }: Sent = {}) =>
  rig.send('/v1/metrics', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== null && { 'x-api-key': key }), ...headers },
    body: body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
  })

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })

/** An export request of one resource. */
const exportOf = (service: string, ...metrics: object[]) => ({
  resourceMetrics: [
    {
      resource: {
        attributes: [
          text('service.name', service),
          text('service.version', '1.2.3'),
          text('service.instance.id', 'pod/7'),
          text('host.name', 'h1'),
          text('telemetry.sdk.language', 'go'),
        ],
      },
      scopeMetrics: [{ scope: { name: 'lib' }, metrics }],
    },
  ],
})

/** `name{dimensions}` → value of everything that a service sent. */
async function stored(service: string): Promise<Record<string, number>> {
  type Row = { dimensions: string; value: number }
  const rows = await rig.rows<Row>(
    `select dimensions, value from metrics where service = '${service}' order by id`,
  )
  return Object.fromEntries(
    rows.map(({ dimensions, value }) => {
      const { metric_name, host_name: _, otel_scope_name: __, ...rest } = JSON.parse(dimensions)
      return [`${metric_name}${JSON.stringify(rest)}`, value]
    }),
  )
}

const times = { startTimeUnixNano: nanoseconds(at - 1000), timeUnixNano: nanoseconds(at) }

test('a sum keeps its name, time, sender and attributes', async () => {
  const point = {
    ...times,
    asInt: '7',
    attributes: [
      text('http.route', '/a'),
      { key: 'ok', value: { boolValue: true } },
      { key: 'codes', value: { arrayValue: { values: [{ intValue: '200' }, { intValue: '404' }] } } },
    ],
  }
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point] }
  const response = await send(exportOf('sums', { name: 'http.requests', unit: '{request}', sum }))
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(await response.json()).toEqual({})
  const [row] = await rig.rows(`select * from metrics where service = 'sums'`)
  expect(row).toMatchObject({
    metric_type: 'custom',
    service_version: '1.2.3',
    instance_id: 'pod_7',
    value: 7,
    timestamp: new Date(at).toISOString(),
    metadata: '{"unit":"{request}"}',
  })
  expect(JSON.parse(row!.dimensions as string)).toEqual({
    metric_name: 'http.requests',
    host_name: 'h1',
    otel_scope_name: 'lib',
    http_route: '/a',
    ok: 'true',
    codes: '200,404',
  })
})

test('a histogram becomes buckets, sum and count, as Prometheus has them', async () => {
  const point = { ...times, count: '6', sum: 12.5, bucketCounts: ['1', '2', '3'], explicitBounds: [1, 2.5] }
  const histogram = { aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE', dataPoints: [point] }
  await send(exportOf('histograms', { name: 'took', histogram }))
  expect(await stored('histograms')).toEqual({
    'took_bucket{"le":"1"}': 1,
    'took_bucket{"le":"2.5"}': 3,
    'took_bucket{"le":"+Inf"}': 6,
    'took_sum{}': 12.5,
    'took_count{}': 6,
  })
})

test('an exponential histogram becomes ordinary buckets; a summary keeps its quantiles', async () => {
  const positive = { offset: 0, bucketCounts: ['2', '1'] }
  const point = { ...times, count: '4', sum: 5, scale: 0, zeroCount: '1', positive }
  const exponentialHistogram = { aggregationTemporality: 1, dataPoints: [point] }
  const quantileValues = [
    { quantile: 0.5, value: 3 },
    { quantile: 0.99, value: 'NaN' },
  ]
  const summary = { dataPoints: [{ ...times, count: '9', sum: 30, quantileValues }] }
  const metrics = [
    { name: 'exp', exponentialHistogram },
    { name: 'sum', summary },
  ]
  expect((await send(exportOf('distributions', ...metrics))).status).toBe(200)
  expect(await stored('distributions')).toEqual({
    'exp_bucket{"le":"0"}': 1,
    'exp_bucket{"le":"2"}': 3,
    'exp_bucket{"le":"4"}': 4,
    'exp_bucket{"le":"+Inf"}': 4,
    'exp_sum{}': 5,
    'exp_count{}': 4,
    'sum{"quantile":"0.5"}': 3,
    'sum_sum{}': 30,
    'sum_count{}': 9,
  })
  const [row] = await rig.rows(`select metadata from metrics where dimensions like '%exp_count%'`)
  expect(row).toEqual({ metadata: '{"temporality":"delta"}' })
})

test('what does not fit is counted and named; the rest is stored', async () => {
  const gauge = (...dataPoints: object[]) => ({ gauge: { dataPoints } })
  const wrong = { ...times, count: '1', bucketCounts: ['1', '2', '3'], explicitBounds: [1] }
  const response = await send(
    exportOf(
      'partly',
      { name: 'good', ...gauge({ ...times, asDouble: 1e300 }) },
      { name: 'empty', ...gauge({ ...times }) },
      { name: 'endless', ...gauge({ ...times, asDouble: 'Infinity' }) },
      { name: 'nothing', ...gauge({ ...times, asDouble: 'NaN' }, { ...times, flags: 1 }) },
      { name: 'future', ...gauge({ timeUnixNano: nanoseconds(Date.now() + 3_600_000), asDouble: 1 }) },
      { name: 'torn', histogram: { aggregationTemporality: 2, dataPoints: [wrong] } },
    ),
  )
  expect(response.status).toBe(200)
  const { partialSuccess } = (await response.json()) as { partialSuccess: Record<string, string> }
  expect(partialSuccess.rejectedDataPoints).toBe('4')
  expect(partialSuccess.errorMessage).toMatch(/empty: a data point has no value/)
  expect(partialSuccess.errorMessage).toMatch(/torn: bucketCounts/)
  expect(partialSuccess.errorMessage).toMatch(/too far in the future/)
  expect(await stored('partly')).toEqual({ 'good{}': 1e300 })
})

test('many data points of one request are all stored', async () => {
  const dataPoints = Array.from({ length: 5000 }, (_, n) => ({
    ...times,
    asInt: n,
    attributes: [text('n', `${n}`)],
  }))
  const plain = JSON.stringify(exportOf('many', { name: 'm', gauge: { dataPoints } }))
  const response = await send(new Uint8Array(gzipSync(plain)), { headers: { 'content-encoding': 'gzip' } })
  expect(await response.json()).toEqual({})
  expect(await rig.rows(`select count(*) n, sum(value) s from metrics where service = 'many'`)).toEqual([
    { n: 5000, s: (5000 * 4999) / 2 },
  ])
})

test('a key of one service gives its name to senders without one, and refuses other names', async () => {
  const metric = { name: 'named', gauge: { dataPoints: [{ ...times, asDouble: 1 }] } }
  const ok = await send(exportOf('unknown_service:node', metric), { key: rig.ingestKey })
  expect(await ok.json()).toEqual({})
  const other = await send(exportOf('another', metric), { key: rig.ingestKey })
  expect(other.status).toBe(200)
  expect(await other.json()).toEqual({
    partialSuccess: {
      rejectedDataPoints: '1',
      errorMessage: 'this key sends metrics of the service auth-server, not of another one',
    },
  })
  const rows = await rig.rows(`select service from metrics where dimensions like '%"named"%'`)
  expect(rows).toEqual([{ service: 'auth-server' }])
})

const bomb = new Uint8Array(gzipSync(Buffer.alloc(64 * 1024 * 1024)))

test.each([
  ['no key', {}, { key: null }, 401, 16],
  ['a wrong key', {}, { key: 'mcp_metrics_nonsense' }, 401, 16],
  [
    'a key without the right',
    {},
    { key: await rig.addKey('reader', 'enterprise', ['journal:read']) },
    403,
    7,
  ],
  ['another type', {}, { headers: { 'content-type': 'text/plain' } }, 415, 3],
  ['another packing', {}, { headers: { 'content-encoding': 'br' } }, 415, 3],
  ['what is not gzip', {}, { headers: { 'content-encoding': 'gzip' } }, 400, 3],
  ['a bomb', bomb, { headers: { 'content-encoding': 'gzip' } }, 413, 3],
  ['another shape', { resourceMetrics: 7 }, {}, 400, 3],
  ['no object', [], {}, 200, undefined],
  ['a number', 7, {}, 400, 3],
])('%s is answered with %d', async (_, body, sent: Sent, status, code) => {
  const response = await send(body, sent)
  expect(response.status).toBe(status as number)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(((await response.json()) as { code?: number }).code).toBe(code as number)
})

test('bytes that are no protobuf are answered in protobuf', async () => {
  const body = new Uint8Array([0x0a, 0xff, 0xff, 0xff, 0xff, 0x01])
  const response = await send(body, { headers: { 'content-type': 'application/x-protobuf' } })
  expect(response.status).toBe(400)
  expect(response.headers.get('content-type')).toBe('application/x-protobuf')
  expect(new TextDecoder().decode(await response.bytes())).toContain('ExportMetricsServiceRequest')
})

test('the rate limit is the one of POST /metrics, and says when to come again', async () => {
  const limited = await startMetrics({ env: { METRICS_RATE_LIMIT: '2' } })
  const one = () =>
    limited.send('/v1/metrics', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${limited.ingestKey}` },
      body: '{}',
    })
  expect((await one()).headers.get('x-ratelimit-remaining')).toBe('1')
  await limited.post({ service: 'auth-server', metrics: [{ type: 'custom', value: 1 }] })
  const refused = await one()
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  await limited.close()
})
