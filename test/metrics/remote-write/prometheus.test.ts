import { afterAll, expect, test } from 'bun:test'
import { eventually, startPrometheus } from '../../kit/prometheus'
import { configThatWrites, deployed } from '../deploy/expressions'
import { startMetrics } from '../rig'

const rig = await startMetrics()
const key = await rig.addIngestKey('any')
const service = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => rig.fetch(request) })
const probes = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => rig.probes.fetch(request) })
afterAll(async () => {
  await Promise.all([service.stop(true), probes.stop(true)])
  await rig.close()
})

test('a real Prometheus writes what it scraped, sample for sample, but not what came from Holdfast', async () => {
  await rig.post({
    service: 'auth-server',
    metrics: [{ type: 'tool_execution', value: 3, duration_ms: 20, dimensions: { tool_name: 'search' } }],
  })
  const target = `127.0.0.1:${probes.port}`
  const other = `\n  - { job_name: other, static_configs: [{ targets: ['${target}'] }] }`
  const config = configThatWrites()
    .replaceAll('15s', '500ms')
    .replace('scrape_configs:', `$&${other}`)
    .replace('localhost:9465', target)
    .replace('localhost:8890', `127.0.0.1:${service.port}`)
    .replace('/etc/prometheus/', '')
    .concat('    queue_config: { batch_send_deadline: 200ms }\n')
  const files = { 'alerts.yml': deployed('prometheus/alerts.yml'), 'holdfast-ingest-key': key }
  const prometheus = await startPrometheus(config, files)
  const stored = await eventually(async () => {
    const rows = await rig.rows<{ value: number }>(
      `select value from metrics where service = 'other' and json_extract(dimensions, '$.metric_name') = 'mcp_tool_executions_total'
        and json_extract(dimensions, '$.tool_name') = 'search'`,
    )
    return rows.length >= 3 ? rows : undefined
  })
  const [held] = await prometheus.query('last_over_time(mcp_tool_executions_total[1m])')

  expect(new Set(stored.map(({ value }) => value))).toEqual(new Set([3]))
  expect(held!.metric).toMatchObject({
    service: 'auth-server',
    tool_name: 'search',
    metric_type: 'tool_execution',
  })
  expect((await prometheus.query('up{job="metrics-service"}'))[0]!.value[1]).toBe('1')
  await prometheus.stop()
  expect(await rig.rows(`select id from metrics where service = 'metrics-service'`)).toEqual([])
  const buckets = await rig.rows<{ le: string }>(
    `select distinct json_extract(dimensions, '$.le') le from metrics
      where json_extract(dimensions, '$.metric_name') = 'mcp_tool_execution_duration_seconds_bucket'`,
  )
  expect(buckets).toHaveLength(16)
  expect(prometheus.log()).not.toMatch(/level=(warn|error)/)
}, 60_000)
