import { expect, test } from 'bun:test'
import { queryInstant, queryRange } from '../../../src/modules/metrics/promql/engine'
import { PromqlError } from '../../../src/modules/metrics/promql/promql-error'
import { memorySource, seriesOf } from './memory-source'

/** As the read API has them. */
const bounds = { points: 20_000_000, time: 10_000, answer: 1_000_000 }

const names = Array.from({ length: 500 }, (_, at) => `value-${at}-${'x'.repeat(200)}`)
const source = memorySource(
  names.map((name, at) =>
    seriesOf(
      { __name__: 'many', name, half: String(at % 2) },
      Array.from({ length: 50 }, (_, sample) => [sample * 1000, sample * at]),
    ),
  ),
)

function outcome(work: () => { result: unknown[] }): string {
  try {
    return `answered with ${work().result.length}`
  } catch (error) {
    if (error instanceof PromqlError) return `${error.errorType}: ${error.message}`
    throw error
  }
}

const at = (query: string) => outcome(() => queryInstant(source, query, 50_000, bounds))
const over = (query: string, seconds = 10_000) =>
  outcome(() => queryRange(source, query, { start: 0, end: seconds * 1000, step: 1000 }, bounds))

const nested = (open: string, inner: string, close: string, times: number) =>
  open.repeat(times) + inner + close.repeat(times)

const samples = /^execution: query processing would load more than 20000000 samples/

test.each([
  ['a subquery of a year by milliseconds', 'sum_over_time(vector(1)[1y:1ms])', samples],
  ['subqueries in subqueries', nested('max_over_time(', 'many', '[1h:1ms])', 5), samples],
  ['subqueries in subqueries, far back', nested('avg_over_time(', 'sum(many)', '[30d:10s])', 49), samples],
  ['everything with everything', 'many * on () group_left many{half="0"}', /^execution: .*many-to-many/],
  [
    'labels that grow with each call',
    nested('label_replace(', 'many', ', "name", "$1$1$1$1", "name", "(.*)")', 20),
    /^execution: the label name would be longer than 10000 characters/,
  ],
  [
    'labels that are joined again and again',
    nested(
      'label_join(',
      'many',
      `, "name", "${'-'.repeat(100)}", ${Array(20).fill('"name"').join(', ')})`,
      10,
    ),
    /^execution: the label name would be longer/,
  ],
  ['a pattern that backtracks', 'many{name=~"(x+x+)+y"}', /^answered with 0/],
  [
    'a pattern that is a thousand stars',
    `many{name=~"${'.*'.repeat(1000)}"}`,
    /^(answered with 500|execution: the regular expression)/,
  ],
  [
    'a pattern with everything',
    `many{name=~"${'(v?a*l+|[a-z]*)*'.repeat(900)}z"}`,
    /^execution: the regular expression .* takes too long for so many labels/,
  ],
  [
    'the same where labels are replaced',
    `label_replace(many, "x", "$1", "name", "${'(v?a*l+|[a-z]*)*'.repeat(900)}z")`,
    /^execution: the regular expression/,
  ],
  [
    'a pattern that repeats a repetition',
    'many{name=~"((x{100}){100}){100}"}',
    /^bad_data: error parsing regexp: /,
  ],
  ['a pattern that looks back', 'many{name=~"(x)\\\\1"}', /^bad_data: error parsing regexp: /],
  ['parentheses without end', nested('(', 'many', ')', 9_000), /^bad_data: /],
  ['signs without end', `${'-'.repeat(19_000)}many`, /^bad_data: /],
  ['a sum without end', Array(4_000).fill('many').join('+'), /^bad_data: /],
  ['modifiers without end', `many${'@1'.repeat(9_000)}`, /^bad_data: /],
  ['calls without end', nested('abs(', 'many', ')', 3_000), /^bad_data: /],
  ['brackets without end', `many${'[1m:1s]'.repeat(2_000)}`, /^bad_data: /],
  ['braces without end', '{'.repeat(20_000), /^bad_data: 1:\d+: parse error/],
  ['quotes without end', `many{a="${'"'.repeat(15_000)}`, /^bad_data: /],
])('%s', (_, query, wanted) => {
  expect(query.length).toBeLessThanOrEqual(20_001)
  expect(at(query)).toMatch(wanted)
})

test.each([
  [
    'many steps of many series',
    'many',
    /^execution: the answer would have 5000500 points, more than 1000000/,
  ],
  ['many steps of many operators', Array(60).fill('many').join(' + '), samples],
  ['one series for every value', 'count_values("v", many)', samples],
  ['a value at every step', 'count_values("v", sum(many) * time())', /^execution: /],
])('over a range: %s', (_, query, wanted) => {
  expect(over(query)).toMatch(wanted)
})

test('what looks at the same samples again and again is ended by the clock', () => {
  const long = memorySource([
    seriesOf(
      { __name__: 'long' },
      Array.from({ length: 100_000 }, (_, sample) => [sample * 1000, sample]),
    ),
  ])
  const range = { start: 90_000_000, end: 100_000_000, step: 1000 }
  const work = () => queryRange(long, 'quantile_over_time(0.5, long[1d])', range, { ...bounds, time: 0 })
  expect(outcome(work)).toMatch(/^timeout: query timed out after 0 s/)
})
