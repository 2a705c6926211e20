import { expect, test } from 'bun:test'
import { startMetrics } from '../rig'

test('what one server is told, it pushes to another, which stores it', async () => {
  const collector = await startMetrics()
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => collector.fetch(request) })
  const key = await collector.addIngestKey('any')
  const edge = await startMetrics({
    env: {
      OTEL_OTLP_ENDPOINT: `http://127.0.0.1:${server.port}`,
      OTEL_EXPORTER_OTLP_HEADERS: `x-api-key=${key},x-other=a%2Cb`,
      OTEL_OTLP_EXPORT_INTERVAL_MS: '3600000',
      MCP_SERVER_NAME: 'edge',
    },
  })
  const stop = edge.telemetry.startExport()
  const dimensions = { tool_name: 'search', success: true }
  await edge.post({
    service: 'auth-server',
    metrics: [{ type: 'tool_execution', value: 4, duration_ms: 20, dimensions }],
  })
  await stop()
  const rows = await collector.rows<{ name: string; dimensions: string; value: number }>(
    `select json_extract(dimensions, '$.metric_name') name, dimensions, value from metrics where service = 'edge'`,
  )
  const total = rows.find(({ name }) => name === 'mcp_tool_executions_total')!
  expect(total.value).toBe(4)
  expect(JSON.parse(total.dimensions)).toMatchObject({
    tool_name: 'search',
    success: true,
    service: 'auth-server',
  })
  expect(rows.filter(({ name }) => name === 'mcp_tool_execution_duration_seconds_bucket')).toHaveLength(16)
  expect(rows.filter(({ name }) => name === 'process_resident_memory_bytes')).toHaveLength(1)
  await Promise.all([edge.close(), server.stop(true)])
  await collector.close()
})
