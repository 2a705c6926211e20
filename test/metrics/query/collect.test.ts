import { expect, test } from 'bun:test'
import type { Aggregation } from '../../../src/modules/metrics/query/aggregation'
import { answerQuery, type Query } from '../../../src/modules/metrics/query/answer-query'
import { listRaw } from '../../../src/modules/metrics/query/list-raw'
import { listCustom, listSent, type Sent } from '../../../src/modules/metrics/query/listings'
import { breakDownErrors } from '../../../src/modules/metrics/tools/break-down-errors'
import { measureGroups } from '../../../src/modules/metrics/tools/measure-groups'
import { type Given, openTables } from '../rollups/rig'

const hour = 3_600_000
const day = 24 * hour
const start = Date.parse('2026-11-01T00:00:00Z')
const period = { from: start, to: start + 3 * day }

let seed = 5
const random = () => {
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed / 2147483648
}
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!

const calls: Given[] = Array.from({ length: 4000 }, () => {
  const failed = random() < 0.1
  return {
    at: start + Math.floor(random() * 3 * day),
    value: pick([1, 1, 2.5]),
    ...(random() < 0.95 && { duration: Math.round(random() * 4000) / 4 }),
    service: pick(['gateway', 'registry']),
    type: pick(['tool_execution', 'tool_execution', 'auth_request']),
    dimensions: {
      tool_name: pick(['search', 'read', 'write']),
      client_name: pick(['cursor', 'claude', null]),
      success: !failed,
      user_hash: pick(['u1', 'u2']),
    },
    ...(failed && { metadata: { error_code: pick(['500', 'TimeoutError']) } }),
  }
})

const base: Query = {
  period,
  dimensions: {},
  groupBy: [],
  aggregation: 'count',
  field: 'value',
  top: 100,
  now: period.to,
}

const questions: Partial<Query>[] = [
  {},
  { groupBy: ['service', 'type'] },
  { type: 'tool_execution', groupBy: ['tool_name'] },
  { type: 'tool_execution', groupBy: ['tool_name', 'client_name', 'success'], aggregation: 'sum' },
  {
    type: 'tool_execution',
    service: 'gateway',
    groupBy: ['tool_name'],
    aggregation: 'p95',
    field: 'duration_ms',
  },
  { aggregation: 'p50', field: 'value', groupBy: ['type'], step: day },
  { aggregation: 'p99', field: 'duration_ms', type: 'auth_request', dimensions: { success: ['false'] } },
  { aggregation: 'avg', field: 'duration_ms', groupBy: ['tool_name'], step: 6 * hour },
  { aggregation: 'min', field: 'duration_ms', groupBy: ['error_code'] },
  {
    aggregation: 'max',
    field: 'duration_ms',
    dimensions: { error_code: ['500', 'TimeoutError'] },
    step: hour,
  },
  { aggregation: 'rate', groupBy: ['client_name'], step: hour, type: 'tool_execution' },
  { dimensions: { tool_name: ['search', 'read'], client_name: ['cursor', ''] } },
  { dimensions: { tool_name: ['nothing'] } },
]

const near = (value: number | null) =>
  value === null ? null : Number(Number(value.toPrecision(6)).toPrecision(5))
const answerOf = ({ groups, total_groups, from, to }: ReturnType<typeof answerQuery>) => ({
  from,
  to,
  total_groups,
  groups: groups.map(({ value, points, ...rest }) => ({
    ...rest,
    value: near(value),
    points: points?.map((point) => ({ at: point.at, value: near(point.value) })),
  })),
})

test('a quantile of few metrics is by nearest rank, from raw rows and from rollups', () => {
  const tables = openTables()
  const durations = [10, 1000, 20, 30, 40]
  tables.add(
    durations.map((duration, at) => ({ at: start + at, value: 1, duration, type: 'tool_execution' })),
  )
  const ask = (aggregation: Aggregation) => {
    const { source, groups } = answerQuery(tables.db, { ...base, aggregation, field: 'duration_ms' })
    return [source, groups[0]!.value]
  }
  const of = (source: 'raw' | 'hour') => {
    expect(ask('p95')).toEqual([source, 1000])
    expect(ask('p99')).toEqual([source, 1000])
    expect(Math.abs((ask('p50')[1] as number) - 30)).toBeLessThan(0.301)
  }
  of('raw')
  tables.client.run('delete from samples where id = 1')
  of('hour')
  expect(
    measureGroups(tables.db, { ...base, groupBy: ['type'], quantiles: 'duration_ms' }).groups[0]!.p95_ms,
  ).toBe(1000)
})

test.each(questions)('raw rows and rollups give the same answer: %j', (question) => {
  const tables = openTables()
  tables.add(calls)
  const query = { ...base, ...question }
  const raw = answerQuery(tables.db, query)
  expect(raw.source).toBe('raw')
  tables.client.run('delete from samples where id <= 5')
  const rolled = answerQuery(tables.db, query)
  expect(rolled.source).toBe('hour')
  expect(answerOf(rolled)).toEqual(answerOf(raw))
  const long = answerQuery(tables.db, {
    ...query,
    period: { from: start - 90 * day, to: period.to },
    aggregation: 'sum',
    step: undefined,
  })
  const short = answerQuery(tables.db, { ...query, aggregation: 'sum', step: undefined })
  expect(long.source).toBe('day')
  expect(answerOf(long).groups).toEqual(answerOf(short).groups)
})

test('a dimension that no metric of the type has had is told, with what was meant', () => {
  const tables = openTables()
  tables.add(calls)
  const noteOf = (question: Partial<Query>) =>
    answerQuery(tables.db, { ...base, type: 'tool_execution', ...question }).note
  const absent = 'No tool_execution metric has the dimension'
  const told = () => {
    expect(noteOf({ groupBy: ['toolname'] })).toBe(`${absent} toolname: did you mean tool_name?`)
    expect(noteOf({ dimensions: { queue: ['mail'] } })).toBe(
      `${absent} queue: there are client_name, error_code, success, tool_name`,
    )
    // Absent of this period, of this answer, of rollups, or of nobody knows which type.
    const before = { from: start - day, to: start }
    const nothing: Partial<Query>[] = [
      { groupBy: ['client_name', 'error_code', 'user_hash'] },
      { groupBy: ['error_code'], dimensions: { success: ['true'] } },
      { dimensions: { tool_name: ['nothing'] } },
      { groupBy: ['tool_name'], period: before },
      { groupBy: ['session_id'] },
      { groupBy: ['toolname'], type: undefined },
      { groupBy: ['toolname'], type: 'custom' },
      { groupBy: ['toolname'], type: 'health_check' },
    ]
    for (const question of nothing) expect(noteOf(question)).toBeUndefined()
  }
  told()
  tables.client.run('delete from samples where id <= 5')
  expect(answerQuery(tables.db, base).source).toBe('hour')
  told()
})

test('numbers are those that SQL comes to', () => {
  const tables = openTables()
  tables.add(calls)
  const answer = answerQuery(tables.db, {
    ...base,
    groupBy: ['tool_name'],
    aggregation: 'avg',
    field: 'duration_ms',
    step: hour * 12,
  })
  const expected = tables.rows<{ tool: string; at: string; value: number }>(
    `select json_extract(dimensions, '$.tool_name') as tool, at, avg(duration_ms) as value from
      (select s.dimensions, (m.at / 43200000) * 43200000 as at, m.duration_ms from samples m join series s on s.id = m.series) group by 1, 2 order by 1, 2`,
  )
  const told = answer.groups
    .flatMap(({ group, points }) =>
      points!.map(({ at, value }) => ({ tool: group.tool_name!, at: Date.parse(at), value: near(value) })),
    )
    .toSorted((a, b) => (a.tool < b.tool ? -1 : a.tool > b.tool ? 1 : a.at - b.at))
  expect(told).toEqual(expected.map(({ tool, at, value }) => ({ tool, at: Number(at), value: near(value) })))
  expect(told.length).toBe(18)
})

test('what services have sent is told from days and the hours at both ends', () => {
  const tables = openTables()
  tables.add(calls)
  const [from, to] = [start + 5 * hour, start + 2.5 * day]
  const expected = tables.rows<Sent & Record<string, unknown>>(
    `select s.service, s.metric_type as type, count(*) as metrics, sum(json_extract(s.dimensions, '$.success') = 0) as failures, max(m.at / ${hour} * ${hour}) as last
     from samples m join series s on s.id = m.series where m.at >= ${from} and m.at < ${to} group by 1, 2 order by 3 desc`,
  )
  expect(listSent(tables.db, { from, to })).toEqual(expected)
  tables.client.run('delete from rollup_hours')
  expect(listSent(tables.db, { from, to: start + 2 * day })[0]!.last).toBe(start + day)
})

test('what only raw metrics have is told from them as long as they are there', () => {
  const tables = openTables()
  tables.add(calls)
  const query: Query = { ...base, groupBy: ['user_hash'] }
  const users = answerQuery(tables.db, query)
  expect(users.groups.map(({ group }) => group.user_hash).toSorted()).toEqual(['u1', 'u2'])
  tables.client.run('delete from samples where id <= 5')
  expect(answerQuery(tables.db, query).source).toBe('raw')
})

test('errors are counted by cause, and the causes of a group come to its errors', () => {
  const tables = openTables()
  tables.add(calls)
  const selection = { ...base, type: 'tool_execution', groupBy: ['tool_name'] }
  const raw = breakDownErrors(tables.db, selection)
  for (const { errors, causes } of raw.groups)
    expect(causes.reduce((sum, cause) => sum + cause.errors, 0)).toBe(errors)
  expect(raw.causes.map(({ error_code }) => error_code).toSorted()).toEqual(['500', 'TimeoutError'])
  tables.client.run('delete from samples where id <= 5')
  const rolled = breakDownErrors(tables.db, selection)
  expect({ ...rolled, source: 'raw' }).toEqual(raw as never)
})

test('an answer has a size', () => {
  const tables = openTables()
  tables.add(calls)
  expect(() =>
    answerQuery(tables.db, { ...base, step: 1000, groupBy: ['user_hash', 'tool_name', 'client_name'] }),
  ).not.toThrow()
  const many = Array.from({ length: 11_000 }, (_, at) => ({ at: start + at * 1000, value: 1 }))
  tables.add(many)
  expect(() => answerQuery(tables.db, { ...base, step: 1000 })).toThrow('/step would give')
})

test('pages of raw metrics hold each one once, the last first', () => {
  const tables = openTables()
  for (let at = 0; at < calls.length; at += 500) tables.add(calls.slice(at, at + 500))
  const selection = {
    period: { from: start + day, to: start + 2 * day },
    type: 'tool_execution',
    dimensions: { tool_name: ['search'] },
    groupBy: [],
  }
  const seen: number[] = []
  let before: number | null = null
  do {
    const page = listRaw(tables.db, { ...selection, before, limit: 37 })
    seen.push(...page.metrics.map(({ id }) => id))
    before = page.before
  } while (before !== null)
  const wanted = tables.rows<{ id: number }>(
    `select m.id from samples m join series s on s.id = m.series where m.at >= ${start + day} and m.at < ${start + 2 * day}
     and s.metric_type = 'tool_execution' and json_extract(s.dimensions, '$.tool_name') = 'search' order by m.id desc`,
  )
  expect(seen).toEqual(wanted.map(({ id }) => id))
  expect(seen.length).toBeGreaterThan(100)
})

test('a short period is not widened to whole hours where each metric can be looked at', () => {
  const tables = openTables()
  tables.add([50, 20, 10].map((ago) => ({ at: start + hour - ago * 60_000, value: 1 })))
  // Blocks say how many rows there are to look at.
  tables.client.run('update blocks set last_id = first_id + 999999')
  const ask = (from: number) => {
    const { source, groups } = answerQuery(tables.db, {
      ...base,
      period: { from, to: start + hour - 60_000 },
    })
    return [source as string, groups[0]!.value]
  }
  expect(ask(start + hour / 2)).toEqual(['raw', 2])
  expect(ask(start - day)).toEqual(['hour', 3])
})

test('what was counted is told to the last digit', () => {
  const tables = openTables()
  tables.add([{ at: start, value: 1_443_811 }])
  const { groups } = answerQuery(tables.db, { ...base, aggregation: 'sum', step: day })
  expect([groups[0]!.value, groups[0]!.points![0]!.value]).toEqual([1_443_811, 1_443_811])
  tables.client.run(
    'update rollup_hours set count = 1443811; update rollup_days set count = 1443811; update blocks set last_id = 1443811',
  )
  expect(answerQuery(tables.db, base).groups[0]!.value).toBe(1_443_811)
})

test('custom metrics without a name are not among the names', () => {
  const tables = openTables()
  const custom = (dimensions: Record<string, unknown>) => ({
    at: start,
    value: 1,
    type: 'custom',
    dimensions,
  })
  tables.add([
    custom({ metric_name: 'depth' }),
    custom({}),
    custom({ queue: 'mail' }),
    custom({ metric_name: null }),
  ])
  expect(listCustom(tables.db, period)).toEqual([{ name: 'depth', metrics: 1 }])
})
