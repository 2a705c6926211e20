import { expect, test } from 'bun:test'
import { formatOf } from '../../src/platform/telemetry/exposition'
import { withRequestId } from '../../src/platform/telemetry/request-id'
import { promtool } from '../kit/promtool'
import { captured } from './rig'

/** Series of each kind, with everything that needs escaping. */
function filled() {
  const { telemetry } = captured()
  const { meter } = telemetry
  meter.counter('odd_total', 'Help with \\ and "quotes"\nand a break.', ['value'])(1.5, {
    value: 'a\\b"c"\nd ✓',
  })
  meter.gauge('depth_bytes', 'Depth.', ['state'])(Number.POSITIVE_INFINITY, { state: 'x' })
  meter.histogram('took_seconds', 'Time.', ['kind'], [1, 2.5])(1.5, { kind: 'a' })
  return telemetry
}

test('what is exposed is what Prometheus reads', async () => {
  const telemetry = filled()
  const text = await telemetry.exposition()
  expect(text).toContain('odd_total{value="a\\\\b\\"c\\"\\nd ✓"} 1.5\n')
  expect(text).toContain('# HELP odd_total Help with \\\\ and "quotes"\\nand a break.\n')
  expect(text).toContain('depth_bytes{state="x"} +Inf\n')
  expect(text).toContain('took_seconds_bucket{kind="a",le="1"} 0\ntook_seconds_bucket{kind="a",le="2.5"} 1\n')
  const { code, said } = await promtool(['check', 'metrics'], text)
  expect({ code, said }).toEqual({ code: 0, said: '' })
})

test('OpenMetrics names families without _total, writes whole bounds as floats and ends with EOF', async () => {
  const text = await filled().exposition('openmetrics')
  expect(text).toContain('# TYPE odd counter\nodd_total{')
  expect(text).toContain('took_seconds_bucket{kind="a",le="1.0"} 0\n')
  expect(text).toEndWith('# EOF\n')
  expect(text).not.toContain('\n\n')
})

test('a request behind a value is its exemplar, in OpenMetrics alone', async () => {
  const { telemetry } = captured()
  const count = telemetry.meter.counter('seen_total', 'Seen.')
  const took = telemetry.meter.histogram('took_seconds', 'Time.', [], [1, 2])
  took(0.5)
  withRequestId('req-2', () => {
    took(0.25)
    count(2)
  })
  const text = await telemetry.exposition('openmetrics')
  const at = Date.UTC(2026, 10, 21, 9, 30, 0, 5) / 1000
  expect(text).toContain(`seen_total 2 # {request_id="req-2"} 2 ${at}\n`)
  expect(text).toContain(`took_seconds_bucket{le="1.0"} 2 # {request_id="req-2"} 0.25 ${at}\n`)
  expect(text).toContain('took_seconds_bucket{le="2.0"} 2\n')
  expect(await telemetry.exposition()).not.toContain('req-2')
})

test('what was gathered elsewhere is added to what was recorded, and has no exemplar', async () => {
  const { telemetry } = captured()
  const took = telemetry.meter.histogram('took_seconds', 'Time.', ['kind'], [1])
  const count = telemetry.meter.counter('seen_total', 'Seen.', ['kind'])
  withRequestId('req-1', () => took(0.5, { kind: 'a' }))
  withRequestId('req-2', () => {
    took.of({ kind: 'a' })(3.25, [1, 2])
    count.of({ kind: 'b' })(4)
  })
  const text = await telemetry.exposition('openmetrics')
  expect(text).toContain('took_seconds_bucket{kind="a",le="1.0"} 2 # {request_id="req-1"} 0.5')
  expect(text).toContain('took_seconds_bucket{kind="a",le="+Inf"} 4\n')
  expect(text).toContain('took_seconds_sum{kind="a"} 3.75\n')
  expect(text).toContain('seen_total{kind="b"} 4\n')
})

test('a request id that is too long for OpenMetrics is no exemplar', async () => {
  const { telemetry } = captured()
  const count = telemetry.meter.counter('seen_total', 'Seen.')
  withRequestId('x'.repeat(128), () => count())
  expect(await telemetry.exposition('openmetrics')).toContain('seen_total 1\n')
})

test('ten thousand label sets are the most of one name; the rest is counted together and nothing is lost', async () => {
  const { telemetry } = captured()
  const count = telemetry.meter.counter('wide_total', 'Wide.', ['value'])
  for (let at = 0; at < 12_000; at++) count(1, { value: `v${at}` })
  count(1, { value: 'v7' })
  const lines = (await telemetry.exposition()).split('\n').filter((line) => line.startsWith('wide_total{'))
  expect(lines).toHaveLength(10_001)
  expect(lines).toContain('wide_total{value="_other"} 2000')
  expect(lines).toContain('wide_total{value="v7"} 2')
})

test('a counter does not fall, and what is not a number is not observed', async () => {
  const { telemetry } = captured()
  const count = telemetry.meter.counter('up_total', 'Up.')
  count(2)
  count(-1)
  count(Number.NaN)
  telemetry.meter.histogram('took_seconds', 'Time.')(Number.NaN)
  const text = await telemetry.exposition()
  expect(text).toContain('\nup_total 2\n')
  expect(text).toContain('took_seconds_count 0\n')
})

test('names, counters and bounds are checked when they are declared', () => {
  const { meter } = captured().telemetry
  expect(() => meter.counter('no-name_total', 'Bad.')).toThrow('no-name_total')
  expect(() => meter.counter('requests', 'Bad.')).toThrow('_total')
  expect(() => meter.histogram('took_seconds', 'Bad.', [], [2, 1])).toThrow('ascend')
})

test.each([
  [null, 'text'],
  ['*/*', 'text'],
  ['text/plain', 'text'],
  ['application/openmetrics-text', 'openmetrics'],
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'openmetrics',
  ],
  ['application/openmetrics-text;q=0.2,text/plain;q=0.5', 'text'],
  ['application/openmetrics-text;q=0', 'text'],
] as const)('Accept %p gets %s', (accept, format) => {
  expect(formatOf(accept)).toBe(format)
})

test('frozen labels are the same series as others with the same values; those that change are looked at each time', async () => {
  const { telemetry } = captured()
  const count = telemetry.meter.counter('shared_total', 'Shared.', ['kind'])
  const labels = Object.freeze({ kind: 'a' })
  count(1, labels)
  count(1, labels)
  const changing = { kind: 'a' }
  count(1, changing)
  changing.kind = 'b'
  count(1, changing)
  const text = await telemetry.exposition()
  expect(text).toContain('shared_total{kind="a"} 3\nshared_total{kind="b"} 1\n')
})
