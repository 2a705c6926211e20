import { expect, test } from 'bun:test'
import { databaseReading } from '../../../src/modules/metrics/admin/database'
import { countOld, previewTables } from '../../../src/modules/metrics/retention/preview'
import { hide } from '../../../src/modules/metrics/retention/purge-samples'
import { createSlices, type Step } from '../../../src/modules/metrics/retention/slices'
import { createLocalConnection } from '../../../src/platform/storage/local/connection'
import { createEffort, TooLong } from '../../../src/platform/storage/local/effort'
import { openReader } from '../../../src/platform/storage/sqlite/file'
import { type Given, openTables, type Tables } from '../rollups/rig'
import { purgeWhole } from './purge-whole'

const day = 86_400_000
const hour = 3_600_000
const start = Date.parse('2026-11-01T00:00:00Z')

const someMetrics = (count: number, span: number): Given[] =>
  Array.from({ length: count }, (_, at) => ({
    at: start + Math.floor((at * span) / count),
    value: 1,
    type: 'tool_execution',
    dimensions: { tool_name: `tool-${at % 7}`, success: at % 5 > 0 },
  }))

const countOf = ({ rows }: Tables, sql: string) =>
  rows<{ n: number }>(`select count(*) as n from ${sql}`)[0]!.n

test('old spans of every level go, and no other', () => {
  const tables = openTables()
  tables.add(someMetrics(2000, 4 * day))
  const before = start + 2 * day
  const [old, young, hours] = [
    countOf(tables, `rollup_days where at < ${before}`),
    countOf(tables, `rollup_days where at >= ${before}`),
    countOf(tables, 'rollup_hours'),
  ]
  expect(purgeWhole(tables.db, 'rollup_days', before)).toBe(old)
  expect(countOf(tables, 'rollup_days')).toBe(young)
  expect(countOf(tables, 'rollup_hours')).toBe(hours)
  const oldHours = countOf(tables, `rollup_hours where at < ${start + hour}`)
  expect(purgeWhole(tables.db, 'rollup_hours', start + hour)).toBe(oldHours)
})

test('what comes late for an hour that was removed begins anew', () => {
  const tables = openTables()
  tables.add(someMetrics(100, hour))
  purgeWhole(tables.db, 'rollup_hours', start + day)
  tables.add(someMetrics(3, hour))
  expect(tables.rows('select sum(count) as n from metrics_hourly')).toEqual([{ n: 3 }])
})

test('old keys and dead letters go, in whatever order they stand', () => {
  const { db, client, rows } = openTables()
  const letter = client.query(
    "insert into dead_letters (request_id, received_at, reason, metric) values ('r', ?, 'x', '{}')",
  )
  const key = client.query('insert into idempotency_keys values (?, ?)')
  db.transaction(() => {
    for (let at = 0; at < 300; at++) {
      letter.run(start + ((at * 7) % 10))
      key.run(`key-${at}`, start + ((at * 7) % 10))
    }
  })
  for (const table of ['dead_letters', 'idempotency_keys'] as const) {
    expect(purgeWhole(db, table, start + 4)).toBe(120)
    expect(rows(`select min(received_at) as at, count(*) as n from ${table}`)).toEqual([
      { at: start + 4, n: 180 },
    ])
  }
})

test('free pages go back to the file system', () => {
  const { db, client } = openTables()
  client.run('pragma auto_vacuum = incremental; vacuum; create table filler (text)')
  client.run(
    'insert into filler with recursive n(at) as (select 1 union all select at + 1 from n where at < 500) select zeroblob(4000) from n',
  )
  client.run('drop table filler')
  expect(purgeWhole(db, 'pages')).toBeGreaterThan(400)
  expect(client.query('pragma freelist_count').get()).toEqual({ freelist_count: 0 })
})

test('a slice ends where the next step would not fit, and looks at fewer rows at once after a step that took long', () => {
  const { db } = openTables()
  let clock = 0
  const slice = createSlices(db, () => clock)
  const asked: number[] = []
  const step =
    (ms: number): Step =>
    (rows) => {
      asked.push(rows)
      clock += ms
      return { deleted: 1, next: [asked.length] }
    }
  expect(slice('one', step(0.5), null)).toEqual({ deleted: 10, next: [10] })
  expect(asked.at(-1)).toBeGreaterThan(2 * asked[0]!)
  expect(slice('one', step(30), [10]).deleted).toBe(1)
  const after = asked.length
  slice('one', step(0.5), [11])
  expect(asked[after]! / asked[after - 1]!).toBeLessThan(0.5)
  // A slice that took too long makes the next one shorter, and what is purged beside it not.
  expect(asked.length - after).toBeLessThan(10)
  expect(slice('other', step(0.5), null).deleted).toBe(10)
  while (slice('one', step(0.5), [0]).deleted < 10) expect(asked.length).toBeLessThan(200)
})

test.each([
  ['all', 'rows'],
  ['old', 'rows gone'],
])('preview and stats count what the tables show: %s %s', (purged) => {
  const tables = openTables()
  const add = (type: string, days: number, count: number) =>
    tables.add(
      Array.from({ length: count }, () => ({ at: start + days * day, value: 1, type })),
      { receivedAt: start + days * day },
    )
  add('tool_execution', 0, 4000)
  add('auth_request', 4, 200)
  add('tool_execution', 20, 4500)
  // Imported: they keep the time at which they were received once.
  add('tool_execution', 6, 30)
  if (purged === 'old') {
    for (const name of ['metrics', 'tool_metrics']) hide(tables.db, { table: name, before: start + 5 * day })
    purgeWhole(tables.db, 'samples')
  }
  const previews = previewTables(tables.db, { now: start + 97 * day, rawDays: 90 })
  const { tableStats } = databaseReading(tables.db, () => 0)
  const stats = tableStats!(90) as Record<string, { record_count: number; oldest_record: string | null }>
  const at = (column: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column})`
  for (const name of ['metrics', 'tool_metrics', 'auth_metrics', 'discovery_metrics']) {
    const [shown] = tables.rows<{ old: number; total: number; oldest: string; newest: string }>(
      `select count(*) filter (where created_at < '2026-11-08') as old, count(*) as total,
         ${at('min(created_at)')} as oldest, ${at('max(created_at)')} as newest from ${name}`,
    )
    const { records_to_delete: old, total_records: total } = previews[name]!
    expect([name, old, total]).toEqual([name, shown!.old, shown!.total])
    const { total: record_count, oldest: oldest_record, newest: newest_record } = shown!
    expect(stats[name]).toMatchObject({ record_count, oldest_record, newest_record })
  }
})

test('an id of a series never comes again: what is remembered of the old one would be taken for the new one', () => {
  const tables = openTables()
  tables.add(someMetrics(20, hour))
  const [{ last }] = tables.rows<{ last: number }>('select max(id) as last from series') as [{ last: number }]
  // Rows that were imported have the newest series, and are the oldest.
  const imported = { at: start - 90 * day, value: 1, service: 'imported' }
  tables.add([imported, { ...imported, service: 'newest' }])
  for (const table of ['metrics', 'tool_metrics']) hide(tables.db, { table, before: start - day })
  for (const of of ['samples', 'batches', 'series'] as const) purgeWhole(tables.db, of)
  expect(tables.rows(`select id, service from series where id >= ${last}`)).toEqual([
    { id: last, service: 'gateway' },
    { id: last + 2, service: 'newest' },
  ])
})

test('what looks at many rows says so before, though it answers few: it belongs in a thread for long calls', () => {
  const { db, client, add } = openTables()
  add(someMetrics(500, 4 * day))
  client.run(
    `insert into api_key_usage_log (key_hash, service_name, timestamp, endpoint)
     with recursive n(at) as (select 1 union all select at + 1 from n where at < 500) select 'k', 's', '2026-11-01', '/metrics' from n`,
  )
  const reader = createLocalConnection(openReader(db.path), db.path, createEffort(300))
  const now = start + 1000 * day
  for (const table of ['metrics', 'tool_metrics', 'api_key_usage_log'])
    expect(() => countOld(reader, { table, before: now })).toThrow(TooLong)
  expect(() => previewTables(reader, { now, rawDays: 90 })).toThrow(TooLong)
  expect(() => databaseReading(reader, () => 0).tableStats!(90)).toThrow(TooLong)
})
