import { afterAll, beforeAll, expect, test } from 'bun:test'
import { labelsOf } from '../../../src/modules/metrics/promql/labels'
import { type MetricsRig, startMetrics } from '../rig'
import { same } from './compare'
import { type Prometheus, startPrometheus } from './prometheus'

const minute = 60_000
/** Away from the grid of 15 s: at the very edge of a range Prometheus 2 and 3 differ. */
const now = Date.parse('2026-11-20T12:00:07.300Z')
const start = now - 50 * minute

let seed = 3
const random = () => {
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed / 2147483648
}
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!

const iso = (at: number) => new Date(at).toISOString()
const call = () => ({
  type: 'tool_execution',
  timestamp: iso(start + Math.floor(random() * 49.8 * minute)),
  value: 1,
  duration_ms: Math.round(random() ** 3 * 3000),
  dimensions: {
    tool_name: pick(['search', 'read', 'write']),
    server_name: 'files',
    client_name: pick(['cursor', 'claude']),
    success: random() > 0.1,
    user_hash: pick(['a', 'b', 'c']),
  },
})
const old = () => ({ ...call(), timestamp: iso(now - (2 + random() * 4) * 86_400_000) })
const latency = () => ({
  type: 'protocol_latency',
  timestamp: iso(start + Math.floor(random() * 49.8 * minute)),
  value: random() * 3,
  dimensions: {
    flow_step: pick(['initialize_to_tools_list', 'tools_list_to_tools_call']),
    server_name: 'files',
  },
})
const gauge = (at: number) => ({
  type: 'custom',
  timestamp: iso(start + at * 30_000 + 123),
  value: Math.round(random() * 1000) / 10,
  dimensions: { metric_name: 'queue.depth', queue: pick(['a', 'b']) },
})

let rig: MetricsRig
let prometheus: Prometheus

const ask = async (path: string, parameters: Record<string, string> = {}, init: RequestInit = {}) => {
  const response = await rig.send(`${path}?${new URLSearchParams(parameters)}`, {
    headers: { authorization: `Bearer ${rig.key}` },
    ...init,
  })
  return { status: response.status, body: (await response.json()) as Answer }
}
interface Listed {
  metric: Record<string, string>
  values: [number, string][]
}
interface Answer {
  status: string
  // biome-ignore lint/suspicious/noExplicitAny: each path has its own shape, and the tests say which
  data: any
  errorType?: string
  error?: string
}
const seconds = (time: number) => String(time / 1000)

beforeAll(async () => {
  rig = await startMetrics({ now: () => now })
  const metrics = [
    ...Array.from({ length: 1500 }, call),
    ...Array.from({ length: 300 }, old),
    ...Array.from({ length: 200 }, latency),
    ...Array.from({ length: 99 }, (_, at) => gauge(at)),
  ]
  for (let at = 0; at < metrics.length; at += 500) {
    const answer = await rig.post({ service: 'auth-server', metrics: metrics.slice(at, at + 500) })
    expect(await answer.json()).toMatchObject({ rejected: 0 })
  }
  const { body } = await ask('/api/v1/query', { query: '{__name__=~".+"}[40m]', time: seconds(now) })
  prometheus = await startPrometheus(
    (body.data.result as Listed[]).map(({ metric, values }) => ({
      labels: labelsOf(Object.entries(metric)),
      times: Float64Array.from(values, ([time]) => Math.round(time * 1000)),
      values: Float64Array.from(values, ([, value]) => Number(value)),
    })),
  )
})
afterAll(async () => {
  await prometheus?.stop()
  await rig?.close()
})

const expressions = [
  'mcp_tool_executions_total',
  'sum by (tool_name) (rate(mcp_tool_executions_total[5m]))',
  'sum(rate(mcp_tool_executions_total{success="false"}[5m])) / sum(rate(mcp_tool_executions_total[5m])) * 100',
  'histogram_quantile(0.95, sum by (le, tool_name) (rate(mcp_tool_execution_duration_seconds_bucket[5m])))',
  'sum by (tool_name) (rate(mcp_tool_execution_duration_seconds_sum[5m])) / sum by (tool_name) (rate(mcp_tool_execution_duration_seconds_count[5m]))',
  'topk(2, sum by (tool_name) (increase(mcp_tool_execution_duration_seconds_sum[10m])))',
  'mcp_tool_execution_duration_seconds_bucket{le="0.5"} / ignoring (le) mcp_tool_execution_duration_seconds_count',
  'histogram_quantile(0.5, sum by (le, flow_step) (rate(mcp_protocol_latency_seconds_bucket[10m])))',
  'irate(mcp_tool_executions_total{client_name!~"cu.*"}[2m])',
  'queue_depth',
  'avg_over_time(queue_depth[5m])',
  'sum(mcp_tool_executions_total offset 5m)',
  'count(mcp_tool_executions_total) by (service, metric_type)',
]

test.each(expressions)('%s has the numbers that Prometheus has from the same samples', async (query) => {
  for (const time of [now, now - 8 * minute]) {
    const theirs = await prometheus.ask<never>('/api/v1/query', { query, time: seconds(time) })
    const { status, body } = await ask('/api/v1/query', { query, time: seconds(time) })
    expect(status).toBe(200)
    same(body.data, theirs)
    expect(body.data.result.length).toBeGreaterThan(0)
  }
  for (const step of ['15', '97', '400']) {
    const range = { query, start: seconds(now - 20 * minute), end: seconds(now), step }
    const { body } = await ask('/api/v1/query_range', range)
    same(body.data, await prometheus.ask<never>('/api/v1/query_range', range))
  }
})

test('counters hold all that was ever reported, and the increase of a window is what came in it', async () => {
  const one = async (query: string) =>
    Number((await ask('/api/v1/query', { query })).body.data.result[0].value[1])
  expect(await one('sum(mcp_tool_executions_total)')).toBe(1800)
  expect(await one('sum(mcp_tool_execution_duration_seconds_count)')).toBe(1800)
  expect(await one('sum(mcp_tool_execution_duration_seconds_bucket{le="+Inf"})')).toBe(1800)
  const [{ n }] = (await rig.rows<{ n: number }>(
    `select count(*) as n from tool_metrics where timestamp > '${iso(now - 30 * minute)}'`,
  )) as [{ n: number }]
  const increase = await one('sum(increase(mcp_tool_executions_total[30m]))')
  expect(Math.abs(increase - n)).toBeLessThan(0.03 * n)
})

test('labels, values and series are those that Prometheus would list', async () => {
  const window = { start: seconds(now - 40 * minute), end: seconds(now) }
  for (const path of [
    '/api/v1/labels',
    '/api/v1/label/__name__/values',
    '/api/v1/label/tool_name/values',
    '/api/v1/label/le/values',
  ]) {
    const { body } = await ask(path, window)
    expect(body.data.toSorted()).toEqual((await prometheus.ask<string[]>(path, window)).toSorted())
  }
  const match = { 'match[]': 'mcp_tool_execution_duration_seconds_bucket{tool_name="read",le=~"1|2.5"}' }
  const { body } = await ask('/api/v1/series', { ...window, ...match })
  const texts = (series: object[]) =>
    series.map((one) => JSON.stringify(Object.entries(one).toSorted())).toSorted()
  expect(texts(body.data)).toEqual(
    texts(await prometheus.ask<object[]>('/api/v1/series', { ...window, ...match })),
  )
  expect(body.data.length).toBe(8)
  const values = await ask('/api/v1/label/client_name/values', {
    ...window,
    'match[]': 'mcp_tool_executions_total',
  })
  expect(values.body.data).toEqual(['claude', 'cursor'])
})

test('what Grafana asks: forms by POST, build, metadata', async () => {
  const form = new URLSearchParams({ query: '1 + 1', time: seconds(now) })
  const headers = { authorization: `Bearer ${rig.key}`, 'content-type': 'application/x-www-form-urlencoded' }
  const post = async (path: string, body: URLSearchParams) =>
    (await (await rig.send(path, { method: 'POST', headers, body: body.toString() })).json()) as Answer
  expect(await post('/api/v1/query', form)).toEqual({
    status: 'success',
    data: { resultType: 'scalar', result: [now / 1000, '2'] },
  } as Answer)
  const range = new URLSearchParams({
    query: 'queue_depth',
    start: seconds(start),
    end: seconds(now),
    step: '1m',
  })
  expect((await post('/api/v1/query_range', range)).data.result.length).toBe(2)
  const match = new URLSearchParams([
    ['match[]', 'queue_depth'],
    ['match[]', 'mcp_tool_executions_total{tool_name="read"}'],
  ])
  expect((await post('/api/v1/series', match)).data.length).toBe(6)
  expect((await ask('/api/v1/status/buildinfo')).body.data).toMatchObject({ version: '3.0.0' })
  const { data } = (await ask('/api/v1/metadata')).body
  expect(data.mcp_tool_executions_total).toEqual([{ type: 'counter', help: expect.any(String), unit: '' }])
  expect(data.mcp_tool_execution_duration_seconds[0].type).toBe('histogram')
  expect(data.queue_depth[0].type).toBe('gauge')
})

test('refusals have Prometheus’ shape', async () => {
  const refused = async (path: string, parameters: Record<string, string>) => {
    const { status, body } = await ask(path, parameters)
    return [status, body.status, body.errorType, body.error]
  }
  expect(await refused('/api/v1/query', { query: 'sum(' })).toEqual([
    400,
    'error',
    'bad_data',
    '1:5: parse error: unexpected end of input',
  ])
  expect(await refused('/api/v1/query', { query: '1 @ 1' })).toEqual([
    400,
    'error',
    'bad_data',
    '@ modifier must be preceded by a selector or a subquery',
  ])
  expect(await refused('/api/v1/query', {})).toEqual([
    400,
    'error',
    'bad_data',
    'invalid parameter "query": it is missing',
  ])
  expect((await refused('/api/v1/query', { query: '1', time: 'noon' }))[3]).toContain('"time"')
  expect(
    (await refused('/api/v1/query_range', { query: '1', start: '0', end: '1e9', step: '1' }))[3],
  ).toContain('11,000 points')
  expect((await refused('/api/v1/series', {}))[3]).toBe('no match[] parameter provided')
  expect(
    (
      await refused('/api/v1/query', {
        query: 'queue_depth * on (queue) queue_depth / ignoring (queue) queue_depth',
      })
    )[0],
  ).toBe(422)
  const wide = {
    query: 'mcp_tool_execution_duration_seconds_bucket',
    start: '1700000000',
    end: seconds(now),
    step: '15000',
  }
  expect((await refused('/api/v1/query_range', wide))[3]).toMatch(
    /^the answer would have \d+ points, more than 1000000: /,
  )
  expect((await ask('/api/v1/query_range', { ...wide, query: `sum(${wide.query})` })).status).toBe(200)
})

test('a key needs the scope, and there must be one', async () => {
  const other = await rig.addKey('someone', 'free', ['journal:read'])
  const headers = { authorization: `Bearer ${other}` }
  expect(await ask('/api/v1/labels', {}, { headers })).toMatchObject({
    status: 403,
    body: { errorType: 'forbidden' },
  })
  const reader = await rig.addKey('someone', 'free', ['metrics:read'])
  expect(await ask('/api/v1/labels', {}, { headers: { 'x-api-key': reader } })).toMatchObject({ status: 200 })
  expect((await ask('/api/v1/labels', {}, { headers: {} })).status).toBe(401)
  expect((await ask('/api/v1/labels', {}, { headers: { 'x-api-key': rig.ingestKey } })).status).toBe(403)
})

test('long ranges come from rollups, as a rate that the hours had', async () => {
  const query = 'sum(rate(mcp_tool_executions_total[30m]))'
  const range = { query, start: seconds(now - 7 * 86_400_000), end: seconds(now - 3_600_000), step: '1800' }
  const raw = (await ask('/api/v1/query_range', range)).body.data.result[0].values as [number, string][]
  await rig.rows('select 1')
  const { Database } = await import('bun:sqlite')
  const file = new Database(`${rig.folder}/metrics.db`)
  file.run('delete from samples where id = 1')
  file.close()
  const rolled = (await ask('/api/v1/query_range', range)).body.data.result[0].values as [number, string][]
  const total = (points: [number, string][]) =>
    points.reduce((sum, [, value]) => sum + 1800 * Number(value), 0)
  expect(Math.abs(total(rolled) - total(raw))).toBeLessThan(0.03 * total(raw))
  expect(total(rolled)).toBeGreaterThan(250)
})

test('too many long queries at once are refused in Prometheus’ shape, while short ones are answered', async () => {
  // Five million points each: begun in the thread of short calls, moved before anything is computed, and refused there for its label.
  const long = Array.from({ length: 60 }, () =>
    rig.send('/api/v1/query?query=sum_over_time(label_replace(vector(1),"1x","","","")[58d:1s])', {
      headers: { authorization: `Bearer ${rig.key}` },
    }),
  )
  expect((await ask('/api/v1/query', { query: '1 + 1' })).body.data.result[1]).toBe('2')
  const answers = await Promise.all(long)
  const refused = answers.filter(({ status }) => status === 503)
  expect(refused.length).toBeGreaterThan(0)
  expect(answers.filter(({ status }) => status === 400).length).toBe(60 - refused.length)
  expect(refused[0]!.headers.get('retry-after')).toBe('5')
  expect(await refused[0]!.json()).toMatchObject({ status: 'error', errorType: 'unavailable' })
})
