import { expect, test } from 'bun:test'
import { createTelemetry } from '../../src/platform/telemetry/open'

interface Metric {
  name: string
  sum?: {
    isMonotonic: boolean
    aggregationTemporality: number
    dataPoints: { asDouble: number; attributes: unknown }[]
  }
  gauge?: { dataPoints: { asDouble: number }[] }
  histogram?: {
    dataPoints: { count: string; sum: number; explicitBounds: number[]; bucketCounts: string[] }[]
  }
}

/** A collector that keeps what it gets. */
function collector(status: () => number = () => 200) {
  const bodies: { path: string; authorization: string | null; body: string }[] = []
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      const authorization = request.headers.get('authorization')
      bodies.push({ path: new URL(request.url).pathname, authorization, body: await request.text() })
      return new Response('{}', { status: status() })
    },
  })
  return { server, bodies }
}

function telemetry(endpoint: string, interval = 100) {
  const lines: string[] = []
  const config = {
    LOG_LEVEL: 'INFO',
    LOG_FORMAT: 'json',
    OTEL_OTLP_ENDPOINT: endpoint,
    OTEL_OTLP_EXPORT_INTERVAL_MS: interval,
    ENVIRONMENT: 'test',
  } as const
  return { lines, ...createTelemetry(config, { write: (line) => void lines.push(line) }) }
}

test('every series is pushed as cumulative OTLP, once more at the end', async () => {
  const { server, bodies } = collector()
  const { meter, onExposition, startExport } = telemetry(`http://127.0.0.1:${server.port}/`, 3_600_000)
  meter.counter('pushed_total', 'Pushed.', ['kind'])(3, { kind: 'a' })
  const took = meter.histogram('took_seconds', 'Time.')
  for (const seconds of [0.0001, 0.003, 0.003, 100]) took(seconds)
  const depth = meter.gauge('depth', 'Depth.')
  onExposition(() => depth(7))
  await startExport()()
  await server.stop(true)
  expect(bodies).toHaveLength(1)
  expect(bodies[0]!.path).toBe('/v1/metrics')
  const [{ resource, scopeMetrics }] = JSON.parse(bodies[0]!.body).resourceMetrics
  expect(resource.attributes).toContainEqual({
    key: 'deployment.environment.name',
    value: { stringValue: 'test' },
  })
  const metrics = Object.fromEntries(
    (scopeMetrics[0].metrics as Metric[]).map((metric) => [metric.name, metric]),
  )
  expect(metrics.pushed_total!.sum).toMatchObject({
    isMonotonic: true,
    aggregationTemporality: 2,
    dataPoints: [{ asDouble: 3, attributes: [{ key: 'kind', value: { stringValue: 'a' } }] }],
  })
  expect(metrics.depth!.gauge!.dataPoints[0]!.asDouble).toBe(7)
  const [point] = metrics.took_seconds!.histogram!.dataPoints
  expect(point!.bucketCounts).toHaveLength(point!.explicitBounds.length + 1)
  expect(point!.bucketCounts.map(Number).reduce((a, b) => a + b)).toBe(4)
  expect([point!.bucketCounts[0], point!.bucketCounts.at(-1), point!.count]).toEqual(['1', '1', '4'])
  expect(point!.sum).toBeCloseTo(100.0061)
})

test('pushes repeat; a collector that fails costs one warning, and its credentials are not in it', async () => {
  let status = 503
  const { server, bodies } = collector(() => status)
  const { lines, startExport } = telemetry(`http://me:hidden@127.0.0.1:${server.port}/otlp`)
  const stop = startExport()
  while (bodies.length < 3) await Bun.sleep(10)
  status = 200
  while (!lines.some((line) => line.includes('pushed again'))) await Bun.sleep(10)
  await stop()
  await server.stop(true)
  expect(bodies[0]).toMatchObject({ path: '/otlp/v1/metrics', authorization: `Basic ${btoa('me:hidden')}` })
  expect(lines.map((line) => JSON.parse(line).message)).toEqual([
    'metrics cannot be pushed',
    'metrics are pushed again',
  ])
  expect(lines.join('')).not.toMatch(/hidden|bWU6/)
})

test('without an endpoint nothing is pushed', async () => {
  const { startExport } = createTelemetry({ LOG_LEVEL: 'INFO', LOG_FORMAT: 'json' }, { write: () => {} })
  await startExport()()
})
