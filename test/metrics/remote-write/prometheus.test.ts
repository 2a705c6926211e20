import { afterAll, expect, test } from 'bun:test'
import { eventually, startPrometheus } from '../../kit/prometheus'
import { startMetrics } from '../rig'

const rig = await startMetrics()
const key = await rig.addIngestKey('any')
const service = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => rig.fetch(request) })
const probes = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => rig.probes.fetch(request) })
afterAll(async () => {
  await Promise.all([service.stop(true), probes.stop(true)])
  await rig.close()
})

test('a real Prometheus scrapes the exposition and writes what it scraped back, sample for sample', async () => {
  await rig.post({
    service: 'auth-server',
    metrics: [{ type: 'tool_execution', value: 3, duration_ms: 20, dimensions: { tool_name: 'search' } }],
  })
  const prometheus = await startPrometheus(`
global: { scrape_interval: 500ms, scrape_timeout: 500ms }
scrape_configs:
  - job_name: holdfast
    static_configs: [{ targets: ['127.0.0.1:${probes.port}'] }]
remote_write:
  - url: http://127.0.0.1:${service.port}/api/v1/write
    authorization: { credentials: '${key}' }
    queue_config: { batch_send_deadline: 200ms }
`)
  const stored = await eventually(async () => {
    const rows = await rig.rows<{ value: number }>(
      `select value from metrics where service = 'holdfast' and json_extract(dimensions, '$.metric_name') = 'mcp_tool_executions_total'
        and json_extract(dimensions, '$.tool_name') = 'search'`,
    )
    return rows.length >= 3 ? rows : undefined
  })
  const [held] = await prometheus.query('last_over_time(mcp_tool_executions_total[1m])')
  await prometheus.stop()
  expect(new Set(stored.map(({ value }) => value))).toEqual(new Set([3]))
  expect(held!.metric).toMatchObject({
    service: 'auth-server',
    tool_name: 'search',
    metric_type: 'tool_execution',
  })
  const buckets = await rig.rows<{ le: string }>(
    `select distinct json_extract(dimensions, '$.le') le from metrics
      where json_extract(dimensions, '$.metric_name') = 'mcp_tool_execution_duration_seconds_bucket'`,
  )
  expect(buckets).toHaveLength(16)
  expect(prometheus.log()).not.toMatch(/level=(warn|error)/)
}, 60_000)
