import { expect, test } from 'bun:test'
import { queryInstant, queryRange } from '../../../src/modules/metrics/promql/engine'
import type { QueryData } from '../../../src/modules/metrics/promql/result'
import { spansBetween } from '../../../src/modules/metrics/promql/stored/rollup-increments'
import { storedSource } from '../../../src/modules/metrics/promql/stored/stored-source'
import { type Given, openTables } from '../rollups/rig'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const end = Date.parse('2026-11-20T12:00:00Z')
const limits = { points: 1e7, time: 30_000 }

let seed = 11
const random = () => {
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed / 2147483648
}
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!

const calls = Array.from(
  { length: 3000 },
  (_, at): Given => ({
    at: end - 12 * 60 * minute + Math.floor((at / 3000) * 12 * 60 * minute),
    value: 1,
    duration: 10 ** (random() * 4),
    service: pick(['gateway', 'registry']),
    dimensions: {
      tool_name: pick(['search', 'read', 'write']),
      client_name: pick(['cursor', 'claude', null]),
      success: random() < 0.9,
    },
  }),
)

const pairs = [
  ['sum by (tool_name) (rate(X[30m]))', 'sum by (tool_name) (rate(X[30m]) + 0)'],
  ['sum(increase(X[1h]))', 'sum(increase(X[1h]) + 0)'],
  [
    'sum by (service, tool_name) (rate(X{success="true"}[1h]))',
    'sum by (service, tool_name) (rate(X{success="true"}[1h]) + 0)',
  ],
  [
    'sum by (client_name) (rate(X{tool_name=~"s.*|read",service!="gateway"}[40m]))',
    'sum by (client_name) (rate(X{tool_name=~"s.*|read",service!="gateway"}[40m]) + 0)',
  ],
  ['sum by (missing) (rate(X[30m]))', 'sum by (missing) (rate(X[30m]) + 0)'],
  ['sum by (le, tool_name) (rate(Y[1h]))', 'sum by (le, tool_name) (rate(Y[1h]) + 0)'],
  ['sum by (tool_name) (rate(Y{le="0.5"}[1h]))', 'sum by (tool_name) (rate(Y{le="0.5"}[1h]) + 0)'],
] as const

const names = (text: string) =>
  text
    .replaceAll('X', 'mcp_tool_executions_total')
    .replaceAll('Y', 'mcp_tool_execution_duration_seconds_bucket')

/** Series by their labels, each point as seconds and value. */
const seriesIn = (data: QueryData) =>
  new Map(
    (data.result as { metric: Record<string, string>; values: [number, string][] }[]).map(
      ({ metric, values }) => [
        JSON.stringify(metric),
        new Map(values.map(([at, text]) => [at, Number(text)])),
      ],
    ),
  )

test.each(pairs)('%s counts what the sum over every series does', (pushed, whole) => {
  const { db, add, client } = openTables()
  add(calls, { receivedAt: end })
  for (const grain of ['raw', 'hours']) {
    // Without their first row raw metrics are not all there: hours answer.
    if (grain === 'hours') client.run('delete from samples where id = 1')
    const range = { start: end - 6 * 60 * minute, end, step: 10 * minute }
    const ask = (query: string) =>
      seriesIn(
        queryRange(storedSource(db, { bounds: [0.1, 0.5, 1, 5], now: end }), names(query), range, limits),
      )
    const [ours, every] = [ask(pushed), ask(whole)]
    expect([...ours.keys()].toSorted()).toEqual([...every.keys()].toSorted())
    expect(ours.size).toBeGreaterThan(0)
    for (const [key, points] of ours) {
      const wanted = every.get(key)!
      expect([...points.keys()]).toEqual([...wanted.keys()])
      for (const [at, value] of points)
        expect(Math.abs(value - wanted.get(at)!)).toBeLessThanOrEqual(1e-9 + 0.01 * wanted.get(at)!)
    }
  }
  client.close()
})

test('a sum over few labels reads the rows of few series', () => {
  const { db, add, client } = openTables()
  add(calls, { receivedAt: end })
  client.run('delete from samples where id = 1')
  let read = 0
  const counting = {
    ...db,
    statement: (<T>(sql: string) => {
      const found = db.statement<T>(sql)
      const values = (...given: never[]) => {
        const rows = found.values(...given)
        read += rows.length
        return rows
      }
      return { ...found, values }
    }) as typeof db.statement,
  }
  const range = { start: end - 6 * 60 * minute, end, step: 10 * minute }
  const rowsOf = (query: string) => {
    read = 0
    queryRange(storedSource(counting, { bounds: [0.1, 1], now: end }), names(query), range, limits)
    return read
  }
  const few = rowsOf('sum(rate(Y[1h]))')
  expect(few).toBeGreaterThan(0)
  expect(rowsOf('sum(rate(Y[1h]) + 0)')).toBeGreaterThan(5 * few)
  client.close()
})

test('a single long range is told from its days and the hours at its ends, as from every metric', () => {
  const { db, add, client } = openTables()
  const long = calls.map((call, index) => ({
    ...call,
    at: end - Math.round(((3000 - index) / 3000) * 20 * day),
  }))
  add(long, { receivedAt: end })
  const ask = (query: string) => {
    const source = storedSource(db, { bounds: [0.1, 0.5, 1, 5], now: end })
    const { result } = queryInstant(source, names(query), end - 5 * hour, limits)
    return (result as { metric: { tool_name: string }; value: [number, string] }[])
      .toSorted((a, b) => (a.metric.tool_name < b.metric.tool_name ? -1 : 1))
      .map(({ value }) => Number(value[1]))
  }
  const queries = ['sum by (tool_name) (increase(X[10d]))', 'sum by (tool_name) (increase(Y{le="0.5"}[10d]))']
  const raw = queries.map(ask)
  // Without their first row raw metrics are not all there.
  client.run('delete from samples where id = 1')
  const rolled = queries.map(ask)
  expect(raw[0]!.length).toBe(3)
  for (const [at, numbers] of rolled.entries()) {
    for (const [place, number] of numbers.entries())
      expect(Math.abs(number / raw[at]![place]! - 1)).toBeLessThan(0.02)
  }
})

test('only days within which nothing is looked at are read as days', () => {
  const start = Date.parse('2026-11-01T00:00:00Z')
  const times = [start + 7.5 * hour, start + 2 * day, start + 5 * day, start + 5 * day + 1, start + 7 * day]
  expect(spansBetween(Float64Array.from(times), start + 7 * hour)).toEqual([
    { grain: 'hour', from: start + 7 * hour, to: start + day },
    { grain: 'day', from: start + day, to: start + 5 * day },
    { grain: 'hour', from: start + 5 * day, to: start + 6 * day },
    { grain: 'day', from: start + 6 * day, to: start + 7 * day },
  ])
})
