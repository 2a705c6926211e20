import { afterAll, beforeAll, expect, test } from 'bun:test'
import { queryInstant, queryRange } from '../../../src/modules/metrics/promql/engine'
import type { QueryData } from '../../../src/modules/metrics/promql/result'
import type { SampleSeries } from '../../../src/modules/metrics/promql/sample-source'
import { same } from './compare'
import { memorySource, seriesOf } from './memory-source'
import { type Prometheus, startPrometheus } from './prometheus'

/** An hour of samples, away from whole seconds: at the very edge of a range Prometheus 2 and 3 differ. */
const start = Date.parse('2026-11-20T10:00:00.123Z')
const minute = 60_000
const bounds = { points: 1e7, time: 20_000 }

let seed = 7
const random = () => {
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed / 2147483648
}

const methods = ['GET', 'POST']
const tools = ['search', 'read_file', 'write/deep']
const buckets = ['0.1', '0.5', '1', '5', '+Inf']

function samples(): SampleSeries[] {
  const all: SampleSeries[] = []
  for (const method of methods) {
    for (const tool of tools) {
      all.push(counter({ __name__: 'calls_total', method, tool, service: 'a' }))
      all.push(gauge({ __name__: 'queue', method, tool, service: 'a' }))
    }
    const share = random()
    let below = 900
    for (const le of buckets) {
      below += 1000 * share
      all.push(counter({ __name__: 'seconds_bucket', method, le }, below, 1))
    }
  }
  all.push(counter({ __name__: 'errors_total', method: 'GET', tool: 'search', code: '500' }))
  all.push(counter({ __name__: 'errors_total', method: 'GET', tool: 'search', code: '404' }))
  all.push(counter({ __name__: 'errors_total', method: 'POST', tool: 'read_file', code: '500' }))
  all.push(
    seriesOf({ __name__: 'limit', method: 'GET' }, [
      [start + 30 * minute, 40],
      [start + 40 * minute, 60],
    ]),
  )
  all.push(seriesOf({ __name__: 'rare', tool: 'search' }, [[start + 31 * minute, 2]]))
  return all
}

const times = () =>
  Array.from({ length: 240 }, (_, at) => start + at * 15_000 + Math.floor(random() * 3000)).filter(
    () => random() > 0.05,
  )

/** Falls back to a little at times, as a counter does when its process begins anew. */
function counter(labels: Record<string, string>, from = 5000, restarts = 0.99) {
  let value = from
  return seriesOf(
    labels,
    times().map((time) => {
      value = random() > restarts ? Math.floor(random() * 3) : value + Math.floor(random() * 9)
      return [time, value]
    }),
  )
}

const gauge = (labels: Record<string, string>) =>
  seriesOf(
    labels,
    times().map((time) => [time, Math.round((random() - 0.4) * 1e6) / 1e3]),
  )

const data = samples()
const source = memorySource(data)
let prometheus: Prometheus
beforeAll(async () => {
  prometheus = await startPrometheus(data)
})
afterAll(() => prometheus?.stop())

/** Those that tell nothing. */
const empty = [
  'absent(queue)',
  'clamp(queue, 3, 2)',
  // What would be ambiguous is not, where the other side has nothing.
  'errors_total{code="302"} / on (method) calls_total',
  'queue * on (method) group_right absent(queue)',
]

const expressions = [
  'calls_total',
  'calls_total{method="GET"}',
  'calls_total{method!="GET",tool=~"read.*|search"}',
  'calls_total{tool!~"s.*"}',
  '{__name__=~"calls_total|queue",tool="write/deep"}',
  'calls_total{nothing=""}',
  'rate(calls_total[5m])',
  'increase(calls_total[7m])',
  'irate(calls_total[2m])',
  'delta(queue[6m])',
  'idelta(queue[6m])',
  'deriv(queue[6m])',
  'sum(rate(calls_total[5m]))',
  'sum by (tool) (rate(calls_total[5m]))',
  'sum without (tool, service) (increase(calls_total[5m]))',
  'avg by (method) (queue)',
  'max(queue) by (tool)',
  'min without (method) (queue)',
  'count by (service) (queue > 0)',
  'stddev(queue)',
  'stdvar by (method) (queue)',
  'quantile by (method) (0.3, queue)',
  'group by (tool) (queue)',
  'topk(2, queue)',
  'bottomk by (method) (1, queue)',
  'topk by (tool) (1, rate(calls_total[5m]))',
  'histogram_quantile(0.95, sum by (le) (rate(seconds_bucket[5m])))',
  'histogram_quantile(0.5, rate(seconds_bucket[5m]))',
  'histogram_quantile(0.99, seconds_bucket)',
  'histogram_quantile(1.5, seconds_bucket)',
  'calls_total offset 10m',
  'rate(calls_total[5m] offset 7m)',
  'queue * 2 + 1',
  '10 - queue / 3',
  '2 ^ 3 ^ 2 % 5',
  '-queue',
  'queue % 7',
  'queue > 100',
  'queue > bool 100',
  '100 < queue',
  '-100 >= queue',
  'queue == bool queue',
  'calls_total / queue',
  'sum by (method) (errors_total) / sum by (method) (calls_total)',
  'errors_total / on (method, tool) group_left (service) calls_total',
  'calls_total * on (method, tool) group_right (service) errors_total',
  'errors_total{code="500"} / ignoring (code, service) calls_total',
  'errors_total / ignoring (code, service) group_left calls_total',
  'queue > on (method, tool) group_left calls_total',
  'max by (method) (queue) > limit',
  'queue and on (method) limit',
  'queue unless on (tool) rare',
  'rare or queue',
  'limit or on (method) queue',
  'queue >= on(method, tool) (queue offset 5m)',
  'vector(3) + time()',
  'scalar(rare) + 1',
  'scalar(queue)',
  'absent(missing{job="x",instance=~"y"})',
  ...empty,
  // What stands behind an operand does not take the operators after it out of their order.
  '1000 - queue offset 5m / 2',
  'calls_total + calls_total offset 5m * 2 ^ 2',
  'queue or on (tool, method) errors_total @ end() < bool 2',
  '-queue offset 3m ^ 2',
  '-3 ^ clamp(queue, -2, 2) + 2 ^ -1 - -1',
  '2 * -max_over_time(queue[4m:1m] offset 1m) > 3 or queue',
  '# first\n( # within\n queue)',
  'queue # a comment\n  - calls_total offset 1m # another\n / 3',
  'absent_over_time(rare[5m])',
  'avg_over_time(queue[5m])',
  'sum_over_time(queue[5m])',
  'min_over_time(queue[5m])',
  'max_over_time(queue[5m])',
  'count_over_time(queue[5m])',
  'last_over_time(queue[5m])',
  'present_over_time(rare[20m])',
  'quantile_over_time(0.7, queue[5m])',
  'stddev_over_time(queue[5m])',
  'stdvar_over_time(queue[5m])',
  'changes(calls_total[5m])',
  'resets(calls_total[30m])',
  'max_over_time(sum(rate(calls_total[2m]))[10m:1m])',
  'sum_over_time(queue[10m:90s] offset 3m)',
  'abs(queue)',
  'ceil(queue)',
  'floor(queue)',
  'round(queue)',
  'round(queue, 5)',
  'exp(queue / 1000)',
  'ln(queue)',
  'log2(queue)',
  'log10(queue)',
  'sqrt(queue)',
  'sgn(queue)',
  'clamp(queue, -10, 10)',
  'clamp_min(queue, 0)',
  'clamp_max(queue, 0)',
  'timestamp(queue)',
  'timestamp(queue * 1)',
  'label_replace(queue, "part", "$1-x", "tool", "([a-z]+).*")',
  'label_join(queue, "both", "/", "method", "tool")',
  'sort_desc(queue)',
  'sum(rate(calls_total{method="GET"}[5m])) by (tool) / ignoring(x) sum(rate(calls_total[5m])) by (tool) * 100',
  '0x1F + 1e3 + .5',
  'sum(queue) > 1e9 or vector(0)',
  'queue offset -3m',
  'queue @ 1795171200.5',
  'queue @ start()',
  'queue @ end() offset 5m',
  'queue offset 5m @ end()',
  'rate(calls_total[5m] @ end()) > 0',
  'sum by (method) (rate(calls_total[5m] @ 1795171200.25))',
  'queue - queue @ start()',
  'queue - queue offset 5m',
  'queue + calls_total * 2 - -queue @ end() offset 1m',
  'sum by (tool) (queue) - sum by (tool) (queue offset 5m)',
  'topk by (tool) (1, queue) and topk(2, rate(calls_total[10m] @ end()))',
  'max_over_time(queue[20m:1m] @ end() offset 2m)',
  'sum_over_time((queue @ start())[10m:1m])',
  'min_over_time(rate(calls_total[3m])[15m:2m] offset 4m)',
  'max_over_time(max_over_time(queue[290s:45s])[10m:1m])',
  'predict_linear(queue[10m], 600)',
  'predict_linear(calls_total[10m] offset 3m, 60 * 5)',
  'predict_linear(limit[20m], 60)',
  'deriv(calls_total[10m])',
  'deriv(limit[30m])',
  'resets(calls_total[10m] offset 2m)',
  'changes(limit[30m])',
  'count_values("value", calls_total % 5)',
  'count_values by (method) ("value", round(queue / 100) / 1e7)',
  'count_values without (tool) ("value", clamp(queue, -1, 1) * 1e22)',
  'quantile without (method) (0.9, queue)',
  'quantile(-1, queue)',
  'group without (tool, service) (calls_total)',
  'bottomk without (tool) (2, queue)',
  'topk(0, queue) or vector(1)',
  'topk(scalar(count(queue)) / 3, queue)',
  'histogram_quantile(0.9, sum by (le, method) (increase(seconds_bucket[10m] offset 5m)))',
  'histogram_quantile(0, rate(seconds_bucket[5m]))',
  'histogram_quantile(1, rate(seconds_bucket[5m]))',
  'histogram_quantile(-0.1, seconds_bucket)',
  'histogram_quantile(0.9, seconds_bucket{le!="+Inf"})',
  'histogram_quantile(0.9, seconds_bucket{le=~"0.1|[+]Inf"})',
  'histogram_quantile(scalar(limit) / 100, seconds_bucket)',
  'absent(queue{tool="none", method!="GET"})',
  'absent(sum(missing))',
  'absent_over_time(missing{tool="x", tool="y"}[5m])',
  'label_replace(queue, "tool", "", "tool", "search")',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is PromQL's
  'label_replace(queue, "new", "${1}_$2", "tool", "(.)(?P<rest>.*)")',
  'label_replace(queue, "new", "$rest", "tool", ".(?P<rest>.*)")',
  'label_replace(queue, "new", "all", "missing", "")',
  'label_join(queue, "both", "", "method", "missing", "tool")',
  'queue / ignoring (tool) group_left sum without (tool) (queue)',
  'sum by (method, tool) (queue) * on (method) group_left () limit',
  'limit * on (method) group_right (service) queue',
  'queue * on (method, tool) group_left (code) sum by (method, tool, code) (errors_total{code="500"})',
  '(queue atan2 calls_total) + 0',
  'queue ^ 2 % 3 - -1',
  'queue != queue or calls_total == calls_total',
  'queue and queue > 0 or queue < -100 unless limit',
  'time() - timestamp(queue)',
  'time() % 60 > bool 30',
  'hour()',
  'minute(timestamp(queue))',
  'day_of_week() + day_of_month() + day_of_year() + days_in_month() + month() + year()',
  'day_of_year(vector(1709164800 + 86400))',
  'days_in_month(vector(1706745600))',
  'sin(queue) + cos(queue) * tan(queue)',
  'atan(queue) + tanh(queue / 100) + sinh(queue / 100) + asinh(queue)',
  'acosh(abs(queue)) + cosh(queue / 1e3)',
  'asin(sgn(queue)) + acos(sgn(queue)) + atanh(sgn(queue) / 2)',
  'deg(rad(queue))',
  'stddev by (tool) (calls_total)',
  'irate(calls_total[5m] offset 1m)',
  'idelta(queue[3m] @ end())',
  '{__name__="queue",tool=~"(read|write).*",method!~"P.+"}',
  'scalar(sum(queue)) * vector(2)',
  '(queue > 0) / (queue > 0)',
  '1 / (queue * 0)',
  'sort(queue) > 0',
  'avg(queue) by (method) / on (method) avg without (tool, service) (queue)',
]

/** Those to which the right answer is no series at all. */

const instants = [10.5, 31.02, 33.7, 59.4].map((at) => start + Math.round(at * minute))

test.each(expressions)('%s is what Prometheus says', async (query) => {
  for (const time of instants) {
    const theirs = await prometheus.ask<QueryData>('/api/v1/query', { query, time: String(time / 1000) })
    same(queryInstant(source, query, time, bounds), theirs)
  }
  const range = { start: start + 2 * minute + 777, end: start + 58 * minute, step: 47_000 }
  const theirs = await prometheus.ask<QueryData>('/api/v1/query_range', {
    query,
    start: String(range.start / 1000),
    end: String(range.end / 1000),
    step: String(range.step / 1000),
  })
  same(queryRange(source, query, range, bounds), theirs)
  expect(theirs.result.length > 0).toBe(!empty.includes(query))
})

test('the samples of a range vector and a string are given as they are', async () => {
  const time = instants[1]!
  for (const query of ['queue[3m]', 'queue[3m] offset 4m', 'queue[3m:1m]', '"a text"']) {
    const theirs = await prometheus.ask<QueryData>('/api/v1/query', { query, time: String(time / 1000) })
    same(queryInstant(source, query, time, bounds), theirs)
  }
})

test('what Prometheus holds to be ambiguous is refused too', async () => {
  const time = instants[1]!
  for (const query of [
    'errors_total / ignoring (code, service) calls_total',
    'queue / on (method) queue',
    'queue * on (method) group_left queue',
    'rate({__name__=~"calls_total|errors_total"}[5m]) + on (tool) queue',
    'label_replace(queue, "tool", "x", "", "")',
  ]) {
    await expect(prometheus.ask('/api/v1/query', { query, time: String(time / 1000) })).rejects.toThrow()
    expect(() => queryInstant(source, query, time, bounds)).toThrow()
  }
})
