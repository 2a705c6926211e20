import { afterAll, expect, test } from 'bun:test'
import { promtool } from '../../kit/promtool'
import { startMetrics } from '../rig'

const rig = await startMetrics({
  env: {
    METRICS_MAX_LABEL_CARDINALITY: '3',
    METRICS_MAX_LABEL_LENGTH: '12',
    HISTOGRAM_BUCKET_BOUNDARIES: '0.1,1',
  },
})
afterAll(() => rig.close())

async function scrape(accept = 'text/plain'): Promise<string> {
  const request = new Request('http://localhost/metrics', { headers: { accept } })
  return (await rig.probes.fetch(request)).text()
}

const linesOf = (text: string, start: string) => text.split('\n').filter((line) => line.startsWith(start))
const send = (...metrics: object[]) => rig.post({ service: 'auth-server', metrics })

test('a tool execution counts by its value, lasts seconds and has the labels of the predecessor', async () => {
  const dimensions = {
    tool_name: 'search',
    server_path: '/files',
    server_name: 'files',
    success: 'true',
    client_name: 'demo app',
    client_version: '',
    method: 'tools/call',
    user_hash: 'abc',
    unknown: 'x',
  }
  await send(
    { type: 'tool_execution', value: 2.5, duration_ms: 500, dimensions },
    { type: 'tool_execution', value: -1, dimensions },
  )
  const text = await scrape()
  const labels =
    'service="auth-server",metric_type="tool_execution",method="tools/call",server_name="files",server_path="/files",tool_name="search",client_name="demo_app",client_version="_unset",success="true",user_hash="abc"'
  expect(text).toContain(`mcp_tool_executions_total{${labels}} 2.5\n`)
  expect(linesOf(text, 'mcp_tool_execution_duration_seconds')).toEqual([
    `mcp_tool_execution_duration_seconds_bucket{${labels},le="0.1"} 0`,
    `mcp_tool_execution_duration_seconds_bucket{${labels},le="1"} 1`,
    `mcp_tool_execution_duration_seconds_bucket{${labels},le="+Inf"} 1`,
    `mcp_tool_execution_duration_seconds_sum{${labels}} 0.5`,
    `mcp_tool_execution_duration_seconds_count{${labels}} 1`,
  ])
})

test('protocol latency is of the value, with the same bounds', async () => {
  await send({
    type: 'protocol_latency',
    value: 0.25,
    duration_ms: 9999,
    dimensions: { flow_step: 'a_to_b' },
  })
  const lines = linesOf(await scrape(), 'mcp_protocol_latency_seconds')
  expect(lines[1]).toEndWith('flow_step="a_to_b",le="1"} 1')
  expect(lines[3]).toEndWith(' 0.25')
})

test('values beyond the limit are counted together, long ones are cut, and known ones keep working', async () => {
  const auth = (server: string) => ({ type: 'auth_request', value: 1, dimensions: { server } })
  await send(
    ...Array.from({ length: 500 }, (_, n) => auth(`server-with-a-long-name-${n}`)),
    auth('b'),
    auth('c'),
    auth('d'),
    auth('b'),
  )
  const counts = Object.fromEntries(
    linesOf(await scrape(), 'mcp_auth_requests_total{').map((line) => [
      /server="([^"]+)"/.exec(line)![1],
      Number(line.split(' ').pop()),
    ]),
  )
  expect(counts).toEqual({ 'server-with-': 500, b: 2, c: 1, _other: 1 })
})

test('ten thousand clients make as few series as three', async () => {
  for (let round = 0; round < 10; round++) {
    const metrics = Array.from({ length: 1000 }, (_, n) => ({
      type: 'tool_discovery',
      value: 1,
      dimensions: {
        query: `query ${round * 1000 + n}`,
        results_count: n,
        top_k_services: `${n}`,
        top_n_tools: n % 7,
      },
    }))
    await send(...metrics)
  }
  const lines = linesOf(await scrape(), 'mcp_tool_discovery_total{')
  expect(lines.length).toBeLessThanOrEqual(4 ** 4)
  expect(lines.reduce((sum, line) => sum + Number(line.split(' ').pop()), 0)).toBe(10_000)
})

test('what was refused, and what a retry repeats, is not counted as stored', async () => {
  const before = await scrape()
  const value = (text: string, series: string) => Number(linesOf(text, series)[0]?.split(' ').pop() ?? 0)
  const body = {
    service: 'auth-server',
    metrics: [
      { type: 'health_check', value: 1 },
      { type: 'custom', value: 1e13 },
    ],
  }
  await rig.post(body, rig.ingestKey, { 'idempotency-key': 'once' })
  await rig.post(body, rig.ingestKey, { 'idempotency-key': 'once' })
  const after = await scrape()
  const grown = (series: string) => value(after, series) - value(before, series)
  expect(grown('metrics_processed_total{service="auth-server"}')).toBe(1)
  expect(grown('metrics_validation_errors_total{service="auth-server"}')).toBe(2)
  expect(grown('mcp_health_checks_total{')).toBe(1)
})

test('what a service has left is read when it is asked for, and fills up again', async () => {
  let now = Date.now()
  const limited = await startMetrics({ env: { METRICS_RATE_LIMIT: '60' }, now: () => now })
  const left = async () => {
    const text = await (await limited.probes.fetch(new Request('http://localhost/metrics'))).text()
    return linesOf(text, 'rate_limit_available_tokens{service="auth-server"}')[0]
  }
  expect(await left()).toBeUndefined()
  for (let n = 0; n < 10; n++)
    await limited.post({ service: 'auth-server', metrics: [{ type: 'custom', value: 1 }] })
  expect(await left()).toEndWith(' 50')
  now += 5000
  expect(await left()).toEndWith(' 55')
  await limited.close()
})

test('all of it is what Prometheus reads; OpenMetrics names the request behind a value', async () => {
  const response = await rig.post(
    { service: 'auth-server', metrics: [{ type: 'health_check', value: 1, duration_ms: 50 }] },
    rig.ingestKey,
    { 'x-request-id': 'traced-1' },
  )
  expect(response.headers.get('x-request-id')).toBe('traced-1')
  expect(await promtool(['check', 'metrics'], await scrape())).toEqual({ code: 0, said: '' })
  const text = await scrape('application/openmetrics-text;version=1.0.0,text/plain;q=0.5')
  const [line] = linesOf(text, 'mcp_health_check_duration_seconds_bucket')
  expect(line).toMatch(/ # \{request_id="traced-1"\} 0\.05 \d+(\.\d+)?$/)
  expect(text).toEndWith('# EOF\n')
})

test('counts begin anew with the process, at a time that is told', async () => {
  const folder = (await import('../../kit/folder')).emptyFolder()
  const first = await startMetrics({ folder })
  await first.post({ service: 'auth-server', metrics: [{ type: 'health_check', value: 5 }] })
  await first.close()
  const second = await startMetrics({ folder })
  const text = await (await second.probes.fetch(new Request('http://localhost/metrics'))).text()
  expect(linesOf(text, 'mcp_health_checks_total{')).toEqual([])
  expect(linesOf(text, 'process_start_time_seconds ')).toHaveLength(1)
  expect(
    await second.rows(`select sum(value) stored from metrics where metric_type = 'health_check'`),
  ).toEqual([{ stored: 5 }])
  await second.close()
})

test.each([
  [{ HISTOGRAM_BUCKET_BOUNDARIES: '1,0.5' }, 'HISTOGRAM_BUCKET_BOUNDARIES'],
  [{ HISTOGRAM_BUCKET_BOUNDARIES: '1,,2' }, 'HISTOGRAM_BUCKET_BOUNDARIES'],
  [{ METRICS_MAX_LABEL_CARDINALITY: '0' }, 'METRICS_MAX_LABEL_CARDINALITY'],
])('%p is refused at the start', async (env, name) => {
  await expect(startMetrics({ env: env as unknown as Record<string, string> })).rejects.toThrow(name)
})
