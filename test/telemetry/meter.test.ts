import { expect, test } from 'bun:test'
import { captured } from './rig'

/** The value of a series in the exposition; undefined when it is not there. */
function reading(exposition: string, series: string): number | undefined {
  const line = exposition.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

test('counters, gauges and histograms show in the exposition', async () => {
  const { telemetry } = captured()
  const { meter } = telemetry
  const count = meter.counter('jobs_total', 'Jobs.', ['kind'])
  count(1, { kind: 'a' })
  count(2, { kind: 'a' })
  meter.counter('plain_total', 'Plain.')()
  meter.gauge('depth', 'Depth.')(7)
  meter.histogram('took_seconds', 'Time.', ['kind'])(0.02, { kind: 'a' })
  const text = await telemetry.exposition()
  expect(reading(text, 'jobs_total{kind="a"}')).toBe(3)
  expect(reading(text, 'plain_total')).toBe(1)
  expect(reading(text, 'depth')).toBe(7)
  expect(reading(text, 'took_seconds_bucket{kind="a",le="0.025"}')).toBe(1)
  expect(reading(text, 'took_seconds_bucket{kind="a",le="0.01"}')).toBe(0)
  expect(reading(text, 'took_seconds_sum{kind="a"}')).toBe(0.02)
})

test('a name asked for twice is one series; with other labels it is a mistake', async () => {
  const { telemetry } = captured()
  const { meter } = telemetry
  meter.counter('twice_total', 'One.', ['b', 'a'])(1, { a: 'x', b: 'y' })
  meter.counter('twice_total', 'Other words.', ['a', 'b'])(1, { a: 'x', b: 'y' })
  expect(await telemetry.exposition()).toMatch(/^twice_total\{.*\} 2$/m)
  expect(() => meter.counter('twice_total', 'One.', ['a'])).toThrow('twice_total')
  expect(() => meter.gauge('twice_total', 'One.', ['a', 'b'])).toThrow('twice_total')
})

test('two telemetries do not share series', async () => {
  const [one, other] = [captured().telemetry, captured().telemetry]
  one.meter.counter('own_total', 'Own.')(5)
  other.meter.counter('own_total', 'Own.')(1)
  expect(reading(await one.exposition(), 'own_total')).toBe(5)
})

test('the series of the platform and the process are there from the start', async () => {
  const text = await captured().telemetry.exposition()
  for (const name of [
    'http_requests_total',
    'http_request_duration_seconds',
    'mcp_requests_total',
    'mcp_request_duration_seconds',
    'db_pool_connections',
    'db_query_duration_seconds',
  ]) {
    expect(text).toContain(`# TYPE ${name} `)
  }
  expect(reading(text, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
  expect(reading(text, 'process_start_time_seconds')).toBeGreaterThan(1_700_000_000)
  expect(reading(text, 'process_open_fds')).toBeGreaterThan(2)
  expect(reading(text, 'process_cpu_seconds_total')).toBeGreaterThan(0)
  expect(text).not.toContain('nodejs_heap_space')
})

test('a blocked event loop shows', async () => {
  const { telemetry } = captured()
  await Bun.sleep(50)
  const until = performance.now() + 200
  while (performance.now() < until);
  await Bun.sleep(50)
  expect(reading(await telemetry.exposition(), 'nodejs_eventloop_lag_max_seconds')).toBeGreaterThan(0.1)
})

test('gauges can be read when they are asked for', async () => {
  const { telemetry } = captured()
  const gauge = telemetry.meter.gauge('db_pool_connections', 'Open database connections by state.', ['state'])
  let open = 0
  telemetry.onExposition(() => gauge(++open, { state: 'idle' }))
  await telemetry.exposition()
  expect(reading(await telemetry.exposition(), 'db_pool_connections{state="idle"}')).toBe(2)
})
