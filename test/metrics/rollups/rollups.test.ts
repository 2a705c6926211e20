import { expect, test } from 'bun:test'
import { settleRollups } from '../../../src/modules/metrics/rollups/live-rollups'
import { beginRebuild, stepRebuild } from '../../../src/modules/metrics/rollups/rebuild'
import { type Given, openTables, type Tables } from './rig'

const day = 86_400_000
const hour = 3_600_000
const start = Date.parse('2026-11-01T00:00:00Z')

let seed = 11
const random = () => {
  seed = (seed * 1103515245 + 12345) % 2147483648
  return seed / 2147483648
}
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!

function someMetrics(count: number, from = start, span = 2 * day): Given[] {
  return Array.from({ length: count }, () => {
    const failed = random() < 0.2
    return {
      at: from + Math.floor(random() * span),
      value: Math.floor(random() * 100) / 4,
      ...(random() < 0.9 && { duration: Math.floor(random() * 5000) / 2 }),
      service: pick(['gateway', 'registry']),
      type: pick(['tool_execution', 'auth_request']),
      dimensions: {
        tool_name: pick(['search', 'read']),
        success: !failed,
        user_hash: `u${Math.floor(random() * 50)}`,
      },
      ...(failed && { metadata: { error_code: pick(['500', 'TimeoutError']) } }),
    }
  })
}

/** Everything that the rollups say, apart from when they were written. */
const contents = ({ rows }: Tables) =>
  ['hours', 'days'].map((grain) =>
    rows(
      `select s.level, s.service, s.metric_type, s.dimensions, r.at, r.failures, r.count, round(r.value_sum, 6) as value_sum, r.value_min, r.value_max,
        hex(r.value_sketch) as value_sketch, r.duration_count, round(r.duration_sum, 6) as duration_sum, r.duration_min, r.duration_max, hex(r.duration_sketch) as duration_sketch,
        r.value_p95, r.duration_p50
       from rollup_${grain} r join rollup_series s on s.id = r.series order by 1, 2, 3, 4, 5`,
    ),
  )

test('hours and days hold what the rows come to', () => {
  const tables = openTables()
  tables.add(someMetrics(2000))
  for (const [view, column, format] of [
    ['metrics_hourly', 'hour_timestamp', '%Y-%m-%d %H:00:00'],
    ['metrics_daily', 'date', '%Y-%m-%d'],
  ]) {
    const columns = 'count, sum_value, min_value, max_value, round(sum_duration_ms, 3) as sum_duration_ms'
    const kept = tables.rows(
      `select service, metric_type, ${column} as at, ${columns} from ${view} order by 1, 2, 3`,
    )
    const computed = tables.rows(
      `select service, metric_type, strftime('${format}', timestamp) as at, count(*) as count, sum(value) as sum_value, min(value) as min_value,
         max(value) as max_value, round(sum(duration_ms), 3) as sum_duration_ms from metrics group by 1, 2, 3 order by 1, 2, 3`,
    )
    expect(kept).toEqual(computed)
  }
})

test('quantiles in the file are within one percent', () => {
  const tables = openTables()
  tables.add(someMetrics(3000, start, hour))
  const [row] = tables.rows<Record<string, number>>(
    "select * from metrics_hourly where service = 'gateway' and metric_type = 'auth_request'",
  )
  const durations = tables
    .rows<{ duration_ms: number }>(
      "select duration_ms from auth_metrics where service = 'gateway' and duration_ms is not null order by 1",
    )
    .map(({ duration_ms }) => duration_ms)
  for (const [name, q] of [
    ['p50', 0.5],
    ['p95', 0.95],
    ['p99', 0.99],
  ] as const) {
    const exact = durations.find((_, at) => (at + 1) / durations.length >= q)!
    expect(Math.abs(row![`${name}_duration_ms`]! - exact)).toBeLessThanOrEqual(0.0101 * exact)
  }
})

test('quantiles of few metrics are by nearest rank in the file, also after a rebuild', () => {
  const tables = openTables()
  const durations = [10, 1000, 20, 30, 40]
  tables.add(durations.map((duration, at) => ({ at: start + at, value: 1, duration, type: 'auth_request' })))
  const told = () =>
    tables.rows<{ p95: number; p99: number }>(
      `select p95_duration_ms as p95, p99_duration_ms as p99 from metrics_hourly union all
       select p95_duration_ms, p99_duration_ms from metrics_daily`,
    )
  expect(told()).toEqual([
    { p95: 1000, p99: 1000 },
    { p95: 1000, p99: 1000 },
  ])
  tables.client.run('update rollup_hours set duration_p95 = 40; update rollup_days set duration_p95 = 40')
  rebuild(tables)
  expect(told().map(({ p95 }) => p95)).toEqual([1000, 1000])
})

test('one batch or many, in order or late, with failures in between and a restart: the same rollups', () => {
  const metrics = someMetrics(1500)
  const whole = openTables()
  whole.add(metrics)
  let parts = openTables()
  const late = metrics.slice(0, 300)
  const rest = metrics.slice(300)
  for (let at = 0; at < rest.length; at += 100) {
    parts.add(rest.slice(at, at + 50), { fail: true })
    parts.add(rest.slice(at, at + 100))
    if (at === 600) {
      parts.client.close()
      parts = openTables(parts.path)
    }
  }
  parts.add(late, { receivedAt: start + 7 * day })
  expect(contents(parts)).toEqual(contents(whole))
})

test('rollups that are left for later are written once: after a transaction that was taken back, and by the next process', () => {
  const metrics = someMetrics(900)
  const whole = openTables()
  whole.add(metrics)
  const later = { settle: false }
  const settle = ({ db }: Tables) => db.transaction(() => settleRollups(db))
  const rolledId = () => tables.rows('select rolled_id, last_id from log_progress')

  let tables = openTables()
  tables.add(metrics.slice(0, 200), later)
  expect(contents(tables)).toEqual([[], []])
  expect(() =>
    tables.db.transaction(() => {
      settleRollups(tables.db)
      throw new Error('on purpose')
    }),
  ).toThrow('on purpose')
  expect(rolledId()).toEqual([{ rolled_id: 0, last_id: 200 }])
  tables.add(metrics.slice(200, 300), later)
  settle(tables)
  tables.add(metrics.slice(300, 400), { ...later, fail: true })
  tables.add(metrics.slice(300, 600), later)
  tables.client.close()
  tables = openTables(tables.path)
  expect(rolledId()).toEqual([{ rolled_id: 300, last_id: 600 }])
  tables.add(metrics.slice(600), later)
  settle(tables)
  settle(tables)
  expect(contents(tables)).toEqual(contents(whole))
  expect(rolledId()).toEqual([{ rolled_id: 900, last_id: 900 }])
})

test('what another process has written is not overwritten by what is remembered', () => {
  const metrics = someMetrics(800)
  const whole = openTables()
  whole.add(metrics)
  const server = openTables()
  server.add(metrics.slice(0, 400))
  server.client.run('update rollup_hours set count = count + 1')
  rebuild(openTables(server.path))
  server.add(metrics.slice(400))
  expect(contents(server)).toEqual(contents(whole))
})

function rebuild({ db }: Tables) {
  beginRebuild(db)
  for (let steps = 1; ; steps++) {
    const { finished, done, total } = stepRebuild(db)
    if (finished) return { steps, done, total }
  }
}

test('a rebuild comes to the same, takes in what comes meanwhile, and mends what was wrong', () => {
  const tables = openTables()
  for (let part = 0; part < 5; part++) tables.add(someMetrics(2500, start, 5 * day))
  const right = contents(tables)
  tables.client.run(
    'update rollup_hours set count = count + 1, value_sketch = null, value_p95 = 0, duration_p50 = 0',
  )
  tables.client.run('delete from rollup_days')
  expect(rebuild(tables)).toEqual({ steps: 3, done: 12_500, total: 12_500 })
  expect(contents(tables)).toEqual(right)

  beginRebuild(tables.db)
  stepRebuild(tables.db)
  tables.add(someMetrics(500))
  const grown = contents(tables)
  while (!stepRebuild(tables.db).finished) {}
  expect(contents(tables)).toEqual(grown)
  tables.add(someMetrics(500))
  const after = contents(tables)
  rebuild(tables)
  expect(contents(tables)).toEqual(after)
})

test('a rebuild keeps the rollups of what was removed already', () => {
  const tables = openTables()
  tables.add(someMetrics(1000, start, day), { receivedAt: start + day })
  tables.add(someMetrics(1000, start + 3 * day, day), { receivedAt: start + 4 * day })
  const before = contents(tables)
  tables.client.run('delete from samples where batch = 1')
  rebuild(tables)
  expect(contents(tables)).toEqual(before)
  tables.client.run('delete from samples')
  rebuild(tables)
  expect(contents(tables)).toEqual(before)
})

test('ten thousand values of a dimension are kept as a thousand and _other; nothing is lost from the counts', () => {
  const tables = openTables()
  const metrics = Array.from({ length: 10_000 }, (_, at) => ({
    at: start,
    value: 1,
    dimensions: { tool_name: `tool-${at}`, success: true },
  }))
  for (let at = 0; at < metrics.length; at += 2000) tables.add(metrics.slice(at, at + 2000))
  const [row] = tables.rows<{ series: number; total: number; other: number }>(
    `select count(*) as series, sum(r.count) as total, sum(iif(dimensions like '%"_other"%', r.count, 0)) as other
     from rollup_days r join rollup_series s on s.id = r.series where level = '*'`,
  )
  expect(row).toEqual({ series: 1001, total: 10_000, other: 9000 })
})
