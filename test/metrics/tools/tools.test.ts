import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type MetricsRig, startMetrics } from '../rig'

const day = 86_400_000
const now = Date.parse('2026-11-20T12:00:00Z')
let rig: MetricsRig

const call = (ago: number, tool_name: string, duration_ms: number, more: Record<string, unknown> = {}) => ({
  type: 'tool_execution',
  timestamp: new Date(now - ago).toISOString(),
  value: 1,
  duration_ms,
  dimensions: {
    tool_name,
    client_name: 'cursor',
    client_version: '1.2.0',
    success: true,
    server_name: 'files',
    ...more,
  },
})
const failed = (ago: number, tool: string, error_code: string) => ({
  ...call(ago, tool, 900, { success: false, client_name: 'claude' }),
  metadata: { error_code },
})

const times = (count: number, make: (at: number) => Record<string, unknown>) =>
  Array.from({ length: count }, (_, at) => make(at))

beforeAll(async () => {
  rig = await startMetrics({ now: () => now })
  const metrics = [
    ...times(40, (at) => call(8 * day + at * 1000, 'search', 100 + at)),
    ...times(40, (at) => call(2 * day + at * 1000, 'search', 300 + at)),
    ...times(30, (at) => call(9 * day + at * 1000, 'read', 50)),
    ...times(60, (at) => call(at * 1000 + 1, 'read', 51)),
    ...times(20, (at) => call(9 * day + at * 1000, 'write', 500)),
    ...times(20, (at) => call(3 * day + at * 1000, 'write', 200)),
    ...times(3, (at) => call(9 * day + at, 'seldom', 10)),
    ...times(3, (at) => call(at * 1000 + 1, 'seldom', 1000)),
    ...times(12, (at) => call(at * 1000 + 1, 'fresh', 70)),
    ...times(12, (at) => call(10 * day + at * 1000, 'old', 70)),
    ...times(6, (at) => failed(at * 1000 + 1, 'read', at < 4 ? 'Timeout' : '500')),
    ...times(200, (at) => call(2 * day + at * 1000, 'read', 51)),
    {
      type: 'auth_request',
      timestamp: new Date(now - 1000).toISOString(),
      value: 1,
      dimensions: { server: 'files', success: false },
    },
  ]
  const answer = await rig.post({ service: 'auth-server', metrics })
  expect(await answer.json()).toMatchObject({ accepted: metrics.length, rejected: 0 })
})
afterAll(() => rig.close())

const ask = async <T = Record<string, never>>(name: string, args: object = {}): Promise<T> => {
  const answer = await rig.tool(name, args)
  if (answer.isError || answer.error) throw new Error(JSON.stringify(answer))
  return answer.structuredContent as T
}

test('which tools got slower this week is one call without arguments', async () => {
  const answer = await ask<{
    groups: Record<string, unknown>[]
    unit: string
    higher: number
    lower: number
  }>('compare_periods')
  expect(answer).toMatchObject({ unit: 'ms', higher: 1, lower: 1 })
  expect(answer.groups[0]).toMatchObject({
    group: 'search',
    verdict: 'higher',
    calls_before: 40,
    calls_now: 40,
  })
  expect(answer.groups[0]!.change_percent as number).toBeGreaterThan(130)
  const verdicts = Object.fromEntries(answer.groups.map(({ group, verdict }) => [group, verdict]))
  expect(verdicts).toEqual({
    search: 'higher',
    read: 'similar',
    write: 'lower',
    seldom: 'too_few_calls',
    fresh: 'new',
    old: 'gone',
  })
})

test('errors and use can be compared too', async () => {
  const errors = await ask<{ groups: object[]; unit: string }>('compare_periods', {
    measure: 'error_percent',
  })
  expect(errors.unit).toBe('percent of calls')
  expect(errors.groups[0]).toMatchObject({ group: 'read', verdict: 'higher', before: 0, now: 2.25564 })
  const calls = await ask<{ groups: object[] }>('compare_periods', { measure: 'calls', group_by: 'service' })
  expect(calls.groups).toMatchObject([{ group: 'auth-server', before: 105, now: 341, verdict: 'higher' }])
})

test('tools with calls, errors and latency', async () => {
  const answer = await ask<{ tools: Record<string, unknown>[] }>('get_tool_performance')
  expect(answer).toMatchObject({ source: 'raw', total_tools: 3 })
  expect(answer.tools[0]).toMatchObject({
    tool_name: 'read',
    calls: 66,
    errors: 6,
    error_percent: 9.09091,
    max_ms: 900,
  })
  expect(Math.abs((answer.tools[0]!.p50_ms as number) - 51)).toBeLessThan(0.52)
  expect(await ask('get_tool_performance', { tool_name: 'search', from: '7d' })).toMatchObject({
    tools: [{ tool_name: 'search', calls: 40 }],
  })
})

test('the slowest, without those that were hardly called', async () => {
  const answer = await ask<{ tools: { tool_name: string }[] }>('get_slowest_tools', {
    from: '30d',
    by: 'p50',
  })
  expect(answer.tools.map(({ tool_name }) => tool_name).slice(0, 2)).toEqual(['write', 'search'])
  const today = await ask<{ tools: { tool_name: string }[]; left_out: number }>('get_slowest_tools')
  expect(today.tools.map(({ tool_name }) => tool_name)).toEqual(['read', 'fresh'])
  expect(today.left_out).toBe(1)
})

test('errors by cause', async () => {
  expect(await ask('get_error_breakdown')).toMatchObject({
    errors: 6,
    calls: 81,
    group_by: 'tool_name',
    causes: [
      { error_code: 'Timeout', errors: 4, percent: 66.6667 },
      { error_code: '500', errors: 2, percent: 33.3333 },
    ],
    groups: [{ value: 'read', errors: 6, main_cause: 'Timeout' }],
  })
  expect(await ask('get_error_breakdown', { type: 'auth_request' })).toMatchObject({
    group_by: 'server',
    groups: [{ value: 'files', errors: 1, main_cause: null }],
  })
})

test('clients and their versions', async () => {
  expect(await ask('get_usage_by_client')).toMatchObject({
    calls: 341,
    clients: [
      { client_name: 'cursor', calls: 335, errors: 0 },
      { client_name: 'claude', calls: 6, error_percent: 100 },
    ],
  })
  const { clients } = await ask<{ clients: object[] }>('get_usage_by_client', {
    versions: true,
    tool_name: 'fresh',
  })
  expect(clients).toMatchObject([{ client_name: 'cursor', client_version: '1.2.0', share_percent: 100 }])
})

test('services, types and dimensions', async () => {
  expect(await ask('list_services')).toMatchObject({
    services: [{ service: 'auth-server', metrics: 342, types: { tool_execution: 341, auth_request: 1 } }],
  })
  expect(await ask('list_metric_types', { from: '30d' })).toMatchObject({
    types: [{ type: 'tool_execution' }, { type: 'auth_request' }],
  })
  const { dimensions } = await ask<{ dimensions: { name: string }[] }>('list_metric_dimensions', {
    type: 'tool_execution',
  })
  expect(dimensions.map(({ name }) => name)).toEqual([
    'client_name',
    'client_version',
    'error_code',
    'server_name',
    'success',
    'tool_name',
  ])
})

test('queries over REST, with what the numbers are', async () => {
  const get = async (query: string) => {
    const response = await rig.rest('GET', `/api/v1/metrics/query?${query}`)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const { body } = await get('type=tool_execution&group_by=tool_name&aggregation=p95&from=7d&top=2&step=1d')
  expect(body).toMatchObject({ unit: 'ms', field: 'duration_ms', step_seconds: 86400, total_groups: 5 })
  const filtered = await get(
    `dimensions=${encodeURIComponent('{"tool_name":["read","fresh"],"success":"true"}')}&from=24h`,
  )
  expect(filtered.body).toMatchObject({ groups: [{ value: 72 }], unit: 'metrics', source: 'raw' })
  const wrong = await get('from=yesterday')
  expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: '/from' }] } })
  expect((await get('step=soon')).body.detail).toContain('/step must be a duration')
  expect((await get('from=1h&to=2h')).body.detail).toContain('must be before to')
})

test('raw metrics with a cursor', async () => {
  const page = await ask<{ metrics: Record<string, unknown>[]; next_cursor: string }>('list_raw_metrics', {
    limit: 2,
    dimensions: { error_code: 'Timeout' },
  })
  expect(page.metrics).toMatchObject([
    { dimensions: { tool_name: 'read', success: false }, metadata: { error_code: 'Timeout' } },
    {},
  ])
  const next = await ask<{ metrics: unknown[]; next_cursor: null }>('list_raw_metrics', {
    limit: 9,
    dimensions: { error_code: 'Timeout' },
    cursor: page.next_cursor,
  })
  expect(next.metrics.length).toBe(2)
  expect(next.next_cursor).toBeNull()
})

test('reading needs its scope', async () => {
  const other = await rig.addKey('someone', 'enterprise', ['journal:read'])
  for (const name of ['query_metrics', 'compare_periods', 'list_raw_metrics']) {
    const answer = await rig.tool(name, {}, other)
    expect(JSON.stringify(answer)).toContain('metrics:read')
  }
})
