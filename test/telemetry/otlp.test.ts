import { expect, test } from 'bun:test'
import { createTelemetry } from '../../src/platform/telemetry/open'
import { createQueue } from '../../src/platform/telemetry/otlp-queue'
import type { Sent } from '../../src/platform/telemetry/otlp-sender'
import { captured } from './rig'

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

/** The first point's value of a pushed sum. */
function pointOf(body: string, name: string): number | undefined {
  const metrics = JSON.parse(body).resourceMetrics[0].scopeMetrics[0].metrics as Metric[]
  return metrics.find((metric) => metric.name === name)?.sum?.dataPoints[0]?.asDouble
}

/** A collector that keeps what it gets. */
function collector(status: () => number = () => 200, headers: Record<string, string> = {}) {
  const bodies: { path: string; authorization: string | null; body: string }[] = []
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      const authorization = request.headers.get('authorization')
      const body = new TextDecoder().decode(Bun.gunzipSync(await request.arrayBuffer()))
      bodies.push({ path: new URL(request.url).pathname, authorization, body })
      return new Response('{}', { status: status(), headers })
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

test('a collector that was away gets what it missed; that costs one warning, and its credentials are not in it', async () => {
  let status = 503
  const { server, bodies } = collector(() => status)
  const { lines, meter, startExport } = telemetry(`http://me:hidden@127.0.0.1:${server.port}/otlp`, 200)
  const count = meter.counter('counted_total', 'Counted.')
  count()
  const stop = startExport()
  while (bodies.length < 1) await Bun.sleep(5)
  count()
  await Bun.sleep(250)
  status = 200
  while (!lines.some((line) => line.includes('pushed again'))) await Bun.sleep(10)
  await stop()
  await server.stop(true)
  const counts = bodies.map(({ body }) => pointOf(body, 'counted_total'))
  expect(counts.slice(0, 2)).toEqual([1, 1])
  expect(counts.at(-1)).toBe(2)
  expect(bodies[0]).toMatchObject({ path: '/otlp/v1/metrics', authorization: `Basic ${btoa('me:hidden')}` })
  expect(lines.map((line) => JSON.parse(line).message)).toEqual([
    'metrics cannot be pushed',
    'metrics are pushed again',
  ])
  expect(lines.join('')).not.toMatch(/hidden|bWU6/)
})

test('what a collector refuses for good is not sent twice', async () => {
  const { server, bodies } = collector(() => 400)
  const { startExport } = telemetry(`http://127.0.0.1:${server.port}`, 20)
  const stop = startExport()
  while (bodies.length < 4) await Bun.sleep(5)
  await stop()
  await server.stop(true)
  const times = bodies.map(({ body }) => JSON.stringify(body.match(/"timeUnixNano":"\d+"/)))
  expect(new Set(times).size).toBe(times.length)
})

test('the queue is bounded, keeps the newest, and waits as long as the collector wants', async () => {
  const tried: number[] = []
  let state: 'later' | 'taken' = 'later'
  const sender = Object.assign(
    async (body: Uint8Array) => {
      tried.push(body[0]!)
      return { state, reason: 'away', retryAfterMs: 60_000 } as Sent
    },
    { host: 'collector' },
  )
  const { log } = captured()
  const queue = createQueue({ send: sender, log, collector: 'collector', retryMs: 1 })
  for (let at = 0; at < 100; at++) queue.add(new Uint8Array([at]))
  await Bun.sleep(50)
  expect(tried).toEqual([0])
  state = 'taken'
  await queue.close(1000)
  expect(tried.slice(1)).toEqual(Array.from({ length: 32 }, (_, at) => 99 - at))
})

test('without an endpoint nothing is pushed', async () => {
  const { startExport } = createTelemetry({ LOG_LEVEL: 'INFO', LOG_FORMAT: 'json' }, { write: () => {} })
  await startExport()()
})
