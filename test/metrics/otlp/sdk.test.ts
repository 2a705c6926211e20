import { afterAll, expect, test } from 'bun:test'
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AggregationType,
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { startMetrics } from '../rig'

const rig = await startMetrics()
const key = await rig.addIngestKey('any')
const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => rig.fetch(request) })
afterAll(async () => {
  await server.stop(true)
  await rig.close()
})

/** Records with the OpenTelemetry SDK and sends with its exporter. */
async function exportWith(Exporter: typeof JsonExporter | typeof ProtobufExporter, service: string) {
  const exporter = new Exporter({
    url: `http://127.0.0.1:${server.port}/v1/metrics`,
    headers: { 'x-api-key': key },
    compression: 'gzip' as never,
  })
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
    views: [
      {
        instrumentName: 'wait',
        instrumentType: InstrumentType.HISTOGRAM,
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
      },
    ],
  })
  const meter = provider.getMeter('demo')
  meter.createCounter('calls').add(3, { tool: 'search' })
  meter.createUpDownCounter('open').add(-2)
  const took = meter.createHistogram('took', { unit: 's', advice: { explicitBucketBoundaries: [0.1, 1] } })
  for (const seconds of [0.05, 0.5, 0.5, 5]) took.record(seconds)
  const wait = meter.createHistogram('wait')
  for (const value of [1, 2, 4, 8, 1000]) wait.record(value)
  meter.createObservableGauge('depth').addCallback((result) => result.observe(1.5))
  await provider.shutdown()
}

test.each([
  ['protobuf', ProtobufExporter],
  ['json', JsonExporter],
] as const)('the SDK sends %s', async (name, Exporter) => {
  const service = `sdk-${name}`
  await exportWith(Exporter, service)
  type Row = { name: string; le: string | null; tool: string | null; value: number }
  const rows = await rig.rows<Row>(
    `select json_extract(dimensions, '$.metric_name') name, json_extract(dimensions, '$.le') le,
      json_extract(dimensions, '$.tool') tool, value from metrics where service = '${service}'`,
  )
  const of = (wanted: string) => rows.filter((row) => row.name === wanted)
  expect(of('calls')).toEqual([{ name: 'calls', le: null, tool: 'search', value: 3 }])
  expect(of('open')[0]!.value).toBe(-2)
  expect(of('depth')[0]!.value).toBe(1.5)
  expect(of('took_bucket').map(({ le, value }) => [le, value])).toEqual([
    ['0.1', 1],
    ['1', 3],
    ['+Inf', 4],
  ])
  expect(of('took_sum')[0]!.value).toBeCloseTo(6.05)
  const waits = of('wait_bucket').map(
    ({ le, value }) => [Number(le === '+Inf' ? Infinity : le), value] as const,
  )
  expect(waits.length).toBeLessThanOrEqual(21)
  for (const bound of [1.5, 3, 100]) {
    const below = waits.filter(([le]) => le <= bound * 1.4).at(-1)![1]
    expect(below).toBeGreaterThanOrEqual([1, 2, 4, 8, 1000].filter((value) => value <= bound).length)
  }
  expect(waits.at(-1)).toEqual([Number.POSITIVE_INFINITY, 5])
})
