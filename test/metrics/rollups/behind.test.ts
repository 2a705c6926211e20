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
