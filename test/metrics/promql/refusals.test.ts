import { expect, test } from 'bun:test'
import { queryInstant, queryRange } from '../../../src/modules/metrics/promql/engine'
import { PromqlError } from '../../../src/modules/metrics/promql/promql-error'
import { memorySource, seriesOf } from './memory-source'

const bounds = { points: 1000, time: 10_000 }
const many = Array.from({ length: 20 }, (_, at) =>
  seriesOf(
    { __name__: 'many', at: String(at) },
    Array.from({ length: 100 }, (_, sample) => [sample * 1000, sample]),
  ),
)
const source = memorySource(many)

function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof PromqlError) return `${error.errorType}: ${error.message}`
    throw error
  }
  return 'nothing'
}

test.each([
  ['', 'bad_data: 1:1: parse error: no expression found in input'],
  ['sum(many', 'bad_data: 1:9: parse error: unexpected end of input'],
  ['many{', 'bad_data: 1:6: parse error: unexpected end of input'],
  ['many }', 'bad_data: 1:6: parse error: unexpected "}"'],
  ['sum(\n  many) many', 'bad_data: 2:9: parse error: unexpected "many"'],
  ['{}', 'bad_data: vector selector must contain at least one non-empty matcher'],
  ['{a=~".*"}', 'bad_data: vector selector must contain at least one non-empty matcher'],
  ['many{__name__="x"}', 'bad_data: metric name must not be set twice: "many"'],
  ['many{a=~"("}', 'bad_data: error parsing regexp: missing closing ): `(`'],
  ['1 @ 5', 'bad_data: @ modifier must be preceded by a selector or a subquery'],
  ['(many + many) offset 5m', 'bad_data: offset modifier must be preceded by a selector or a subquery'],
  [
    'max_over_time(many - many[5m:1m])',
    'bad_data: expected type scalar or instant vector in binary expression, got range vector',
  ],
  ['many @ Inf', 'bad_data: timestamp out of bounds for @ modifier'],
  ['many @ 5 @ 6', 'bad_data: @ modifier may not be set multiple times'],
  ['many offset 5m offset 6m', 'bad_data: offset may not be set multiple times'],
  [
    'double_exponential_smoothing(many[5m], 0.5, 0.5)',
    'bad_data: the function double_exponential_smoothing is not supported',
  ],
  ['histogram_count(many)', 'bad_data: the function histogram_count is not supported'],
  ['mad_over_time(many[5m])', 'bad_data: the function mad_over_time is not supported'],
  ['count_values(5, many)', 'bad_data: expected type string in aggregation count_values, got scalar'],
  ['count_values("a b", many{at="1"})', 'bad_data: invalid destination label name: a b'],
  ['nonsense(many)', 'bad_data: 1:9: parse error: unexpected "(many)"'],
  ['limitk(1, many)', 'bad_data: the aggregation limitk is not supported'],
  ['rate(many)', 'bad_data: expected type range vector in call to function "rate", got instant vector'],
  ['sum(many[5m])', 'bad_data: expected type instant vector in aggregation sum, got range vector'],
  ['abs(1)', 'bad_data: expected type instant vector in call to function "abs", got scalar'],
  ['rate(many[5m], 1)', 'bad_data: expected 1 argument(s) in call to "rate", got 2'],
  ['topk(many)', 'bad_data: wrong number of arguments for aggregation topk'],
  ['sum(2, many)', 'bad_data: wrong number of arguments for aggregation sum'],
  ['1 > 2', 'bad_data: comparisons between scalars must use BOOL modifier'],
  ['many + bool 2', 'bad_data: bool modifier can only be used on comparison operators'],
  ['1 and many', 'bad_data: set operator "and" not allowed in binary scalar expression'],
  ['many and on (x) group_left many', 'bad_data: no grouping allowed for "and" operation'],
  ['sum(many) offset 5m', 'bad_data: offset modifier must be preceded by a selector or a subquery'],
  ['sum(many)[5m]', 'bad_data: ranges only allowed for vector selectors'],
  ['many[0s]', 'bad_data: duration must be greater than 0'],
  ['label_replace(many{at="1"}, "1x", "", "", "")', 'bad_data: invalid destination label name: 1x'],
  [
    'many',
    'execution: query processing would load more than 1000 samples: ask for fewer series or a shorter time',
  ],
])('%s is refused by name', (query, message) => {
  expect(refusal(() => queryInstant(source, query, 50_000, bounds))).toBe(message)
})

test('a range query needs an order, a step and few enough points', () => {
  const range = (start: number, end: number, step: number) =>
    refusal(() => queryRange(source, '1', { start, end, step }, bounds))
  expect(range(0, 10_999_000, 1000)).toBe('nothing')
  expect(range(0, 11_000_000, 1000)).toContain('exceeded maximum resolution of 11,000 points')
  expect(range(1000, 0, 1000)).toContain('end timestamp must not be before start time')
  expect(range(0, 1000, 0)).toContain('invalid parameter "step"')
  expect(refusal(() => queryRange(source, 'many[5m]', { start: 0, end: 1, step: 1 }, bounds))).toContain(
    'invalid expression type "range vector" for range query',
  )
})

test('a pattern that backtracking would take years for is matched at once', () => {
  const long = memorySource([seriesOf({ __name__: 'x', a: `${'a'.repeat(200)}b` }, [[0, 1]])])
  const data = queryInstant(long, 'x{a=~"(a+)+"}', 0, bounds)
  expect(data.result).toEqual([])
})

test('a query has a size', () => {
  const refused = (query: string) => refusal(() => queryInstant(source, query, 0, bounds))
  expect(refused(`${'('.repeat(200)}many${')'.repeat(200)}`)).toBe(
    'bad_data: the query nests deeper than 100 levels',
  )
  expect(refused(`many{a="${'x'.repeat(20_000)}"}`)).toBe(
    'bad_data: the query is longer than 20000 characters',
  )
})
