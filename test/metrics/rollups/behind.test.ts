import { expect, test } from 'bun:test'
import { hide } from '../../../src/modules/metrics/retention/purge-samples'
import { settleRollups } from '../../../src/modules/metrics/rollups/live-rollups'
import { purgeWhole } from '../retention/purge-whole'
import { type Given, openTables, type Tables } from './rig'

const day = 86_400_000
const start = Date.parse('2026-11-01T00:00:00Z')
/** Rows of a block: what comes next is in another one. */
const blockSize = 4096
const later = { settle: false }

const metricsAt = (at: number, count = 10): Given[] =>
  Array.from({ length: count }, (_, index) => ({ at: at + index * 1000, value: 1, type: 'custom' }))

const counted = ({ rows }: Tables) =>
  rows<{ count: number | null }>(
    `select sum(r.count) as count from rollup_days r join rollup_series s on s.id = r.series where s.level = ''`,
  )[0]!.count ?? 0

const purge = ({ db }: Tables, before: number) => {
  hide(db, { table: 'metrics', before })
  for (const of of ['samples', 'batches', 'series'] as const) purgeWhole(db, of)
}

test('two processes on one file do not leave rollups for later: each would read the rows of both anew for every write', () => {
  const one = openTables()
  const other = openTables(one.path)
  const behind = () =>
    one.rows<{ rows: number }>('select last_id - rolled_id as rows from log_progress')[0]!.rows
  one.add(metricsAt(start), later)
  expect(behind()).toBe(10)
  for (const tables of [other, one, other, one]) {
    tables.add(metricsAt(start), later)
    if (tables === one) expect(behind()).toBe(0)
  }
  expect(counted(one)).toBe(50)
})

test('rows that come while retention works are in the rollups before it deletes them', () => {
  let tables = openTables()
  tables.add(metricsAt(start, blockSize), { receivedAt: start })
  hide(tables.db, { table: 'metrics', before: start + 50 * day })
  purgeWhole(tables.db, 'samples')
  // Imported: they keep the time at which they were received once.
  tables.add(metricsAt(start + day), { receivedAt: start + day, ...later })
  purgeWhole(tables.db, 'samples')
  expect(tables.rows('select id from samples')).toEqual([])
  tables.client.close()

  tables = openTables(tables.path)
  tables.db.transaction(() => settleRollups(tables.db))
  expect(counted(tables)).toBe(blockSize + 10)
})

test('retention leaves the series of rows that were received long before the oldest row by id', () => {
  const tables = openTables()
  tables.add(metricsAt(start, 1), { receivedAt: start })
  tables.add(metricsAt(start + 60 * day), { receivedAt: start + 60 * day })
  tables.add(metricsAt(start + 30 * day), { receivedAt: start + 30 * day })
  purge(tables, start + 10 * day)
  expect(tables.rows('select count(*) as count from samples')).toEqual([{ count: 20 }])
  expect(tables.rows('select count(*) as count from metrics')).toEqual([{ count: 20 }])
})

test('hours of many senders that wait for long are as if each had been written at once', () => {
  const tables = [openTables(), openTables()]
  const hours = 100
  const senders = 60
  const rows = Array.from({ length: 2 * hours * senders }, (_, at): Given => {
    const place = Math.floor(at / 2)
    // Late ones among them, and hours that come again.
    const hour = Math.floor(place / senders) - (place % 7 === 0 ? 3 : 0) + (at % 2)
    const dimensions = { tool_name: `tool_${place % senders}`, success: place % 5 > 0 }
    const metadata = place % 5 === 0 ? { error_code: `e${place % 2}` } : {}
    return { at: start + 3_600_000 * hour, value: at % 11, duration: at % 13, dimensions, metadata }
  })
  const [at_once, waiting] = tables as [Tables, Tables]
  for (let from = 0; from < rows.length; from += 1000) {
    at_once.add(rows.slice(from, from + 1000))
    waiting.add(rows.slice(from, from + 1000), later)
  }
  waiting.db.transaction(() => settleRollups(waiting.db))
  for (const table of ['rollup_hours', 'rollup_days']) {
    const [expected, found] = tables.map(({ rows }) =>
      rows(`select s.level, s.service, s.dimensions, r.at, r.failures, r.count, r.value_sum, r.value_min, r.value_max, hex(r.value_sketch) as value_sketch,
         r.duration_count, r.duration_sum, r.duration_min, r.duration_max, hex(r.duration_sketch) as duration_sketch, r.value_p50, r.duration_p95
       from ${table} r join rollup_series s on s.id = r.series order by 1, 2, 3, 4`),
    )
    expect(found!.length).toBeGreaterThan(table === 'rollup_hours' ? 9000 : 400)
    expect(found).toEqual(expected)
  }
})
