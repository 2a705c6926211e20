import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type MetricsRig, startMetrics } from '../rig'
import { dashboardExpressions } from './expressions'
import { feed } from './feed'

/** The calls that Grafana's Prometheus data source makes, as it makes them, and what it reads in the answers. */
let rig: MetricsRig

beforeAll(async () => {
  rig = await startMetrics()
  for (let minutes = 4; minutes >= 0; minutes--) await feed(rig, minutes * 60_000)
})
afterAll(() => rig.close())

const now = () => Math.floor(Date.now() / 1000)

interface Answer<T> {
  status: string
  data: T
  warnings?: string[]
  errorType?: string
  error?: string
}

async function call<T>(
  method: 'GET' | 'POST',
  path: string,
  parameters: [string, string][] = [],
): Promise<Answer<T>> {
  const form = new URLSearchParams(parameters)
  const response = await rig.send(method === 'GET' ? `${path}?${form}` : path, {
    method,
    headers: {
      authorization: `Bearer ${rig.key}`,
      ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(method === 'POST' && { body: form.toString() }),
  })
  expect(response.headers.get('content-type')).toStartWith('application/json')
  return (await response.json()) as Answer<T>
}

async function ok<T>(...given: Parameters<typeof call>): Promise<T> {
  const answer = await call<T>(...given)
  expect(answer.status).toBe('success')
  return answer.data
}

const window = (): [string, string][] => [
  ['start', String(now() - 3600)],
  ['end', String(now())],
]

test('the health check: one and one, as a form', async () => {
  const data = await ok('POST', '/api/v1/query', [
    ['query', '1+1'],
    ['time', `${now()}.123`],
  ])
  expect(data).toEqual({ resultType: 'scalar', result: [expect.any(Number), '2'] })
})

test('what it looks for at its start', async () => {
  const build = await ok<{ version: string }>('GET', '/api/v1/status/buildinfo')
  expect(build.version).toMatch(/^3\.\d+\.\d+$/)
  expect(build).not.toHaveProperty('features')
  expect(await ok('GET', '/api/v1/rules')).toEqual({ groups: [] })
  expect(await ok('GET', '/api/v1/alerts')).toEqual({ alerts: [] })
  for (const method of ['GET', 'POST'] as const)
    expect(await ok(method, '/api/v1/query_exemplars', [['query', 'test'], ...window()])).toEqual([])
  const metadata = await ok<Record<string, object[]>>('GET', '/api/v1/metadata', [['limit', '40000']])
  expect(metadata.mcp_tool_executions_total).toEqual([
    { type: 'counter', help: expect.any(String), unit: '' },
  ])
  const one = await ok<object>('GET', '/api/v1/metadata', [['metric', 'mcp_tool_executions_total']])
  expect(Object.keys(one)).toEqual(['mcp_tool_executions_total'])
})

test.each(['GET', 'POST'] as const)('names of labels and series by %s', async (method) => {
  const match: [string, string][] = [
    ['match[]', 'mcp_tool_executions_total'],
    ['match[]', '{__name__="mcp_tool_executions_total",success!=""}'],
  ]
  const labels = await ok<string[]>(method, '/api/v1/labels', [...window(), ...match])
  expect(labels).toEqual(labels.toSorted())
  expect(labels).toContain('tool_name')
  const few = await call<string[]>(method, '/api/v1/labels', [...window(), ['limit', '2']])
  expect(few.data).toHaveLength(2)
  expect(few.warnings).toEqual(['results truncated due to limit'])
  const series = await ok<Record<string, string>[]>(method, '/api/v1/series', [...window(), match[0]!])
  expect(series.length).toBeGreaterThan(0)
  expect(series.every(({ __name__ }) => __name__ === 'mcp_tool_executions_total')).toBe(true)
  const unlimited = await call<object[]>(method, '/api/v1/series', [...window(), match[0]!, ['limit', '0']])
  expect(unlimited).toEqual({ status: 'success', data: series })
})

test('template variables: label_values(label), label_values(metric, label), metrics(…), query_result(…)', async () => {
  const values = (label: string, ...more: [string, string][]) =>
    ok<string[]>('GET', `/api/v1/label/${label}/values`, [...window(), ...more])
  const tools = await values('tool_name', ['match[]', 'mcp_tool_executions_total'])
  expect(tools.length).toBeGreaterThan(0)
  expect(await values('tool_name')).toEqual(tools)
  const series = await ok<Record<string, string>[]>('GET', '/api/v1/series', [
    ...window(),
    ['match[]', 'mcp_tool_executions_total'],
  ])
  expect(new Set(tools)).toEqual(new Set(series.map(({ tool_name }) => tool_name!)))
  for (const [label, metric] of [
    ['service', 'mcp_tool_executions_total'],
    ['le', 'mcp_tool_execution_duration_seconds_bucket'],
    ['le', 'mcp_tool_execution_duration_seconds_bucket{le!="+Inf"}'],
    ['success', `mcp_tool_executions_total{tool_name=~"${tools.join('|')}"}`],
  ] as const) {
    const found = await ok<Record<string, string>[]>('POST', '/api/v1/series', [
      ...window(),
      ['match[]', metric],
    ])
    const wanted = [...new Set(found.map((labels) => labels[label]!))].toSorted()
    expect(await values(label, ['match[]', metric])).toEqual(wanted)
    expect(wanted.length).toBeGreaterThan(0)
  }
  const names = await values('__name__')
  expect(names).toContain('mcp_tool_execution_duration_seconds_bucket')
  expect(await values('__name__', ['limit', '3'])).toEqual(names.slice(0, 3))
  expect(await values('__name__', ['match[]', '{__name__=~".*executions.*"}'])).toEqual([
    'mcp_tool_executions_total',
  ])
  expect(await values('missing')).toEqual([])
  const result = await ok<{ resultType: string; result: { metric: object; value: [number, string] }[] }>(
    'POST',
    '/api/v1/query',
    [
      ['query', 'topk(1, sum by (tool_name) (mcp_tool_executions_total))'],
      ['time', String(now())],
    ],
  )
  expect(result.resultType).toBe('vector')
  expect(result.result[0]!.metric).toEqual({ tool_name: expect.any(String) })
})

test.each(dashboardExpressions())('a panel as a form, $where: $text', async ({ text }) => {
  const step = 15
  const end = Math.floor(now() / step) * step
  const data = await ok<{ resultType: string; result: { metric: object; values: [number, string][] }[] }>(
    'POST',
    '/api/v1/query_range',
    [
      ['query', text],
      ['start', String(end - 1800)],
      ['end', String(end + step)],
      ['step', String(step)],
    ],
  )
  expect(data.resultType).toBe('matrix')
  for (const { metric, values } of data.result) {
    expect(metric).toBeObject()
    for (const [time, value] of values) {
      expect(time % step).toBe(0)
      expect(Number.isNaN(Number(value.replace('Inf', 'Infinity')))).toBe(value === 'NaN')
    }
  }
  // What the server tells of itself is there where METRICS_SELF_SECONDS has it stored.
  if (text.includes('mcp_')) expect(data.result.length).toBeGreaterThan(0)
})

test('what is wrong is told where the panel looks for it', async () => {
  for (const method of ['GET', 'POST'] as const) {
    expect(await call(method, '/api/v1/query', [['query', 'sum(']])).toEqual({
      status: 'error',
      errorType: 'bad_data',
      error: '1:5: parse error: unexpected end of input',
    } as never)
  }
  const many = Array.from({ length: 65 }, (_, at): [string, string] => ['match[]', `x${at}`])
  expect(await call('POST', '/api/v1/series', many)).toMatchObject({ errorType: 'bad_data' })
  expect(await call('GET', '/api/v1/labels', [['limit', '-1']])).toMatchObject({ errorType: 'bad_data' })
})
