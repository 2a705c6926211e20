import type { LocalConnection, LocalValue } from '../../../core/local-database'
import { newRollup, type Rollup } from './rollup'
import { encodeSketch, mergeEncoded } from './sketch'
import { mergeStored, quantile, type Summary } from './summary'

/** The columns of a rollup as they are read. */
export interface RollupRow {
  failures: number
  count: number
  value_sum: number
  value_min: number
  value_max: number
  value_sketch: Uint8Array
  duration_count: number
  duration_sum: number | null
  duration_min: number | null
  duration_max: number | null
  duration_sketch: Uint8Array | null
}

export const rollupColumns =
  'failures, count, value_sum, value_min, value_max, value_sketch, duration_count, duration_sum, duration_min, duration_max, duration_sketch'

/** A rollup as a row would have it, in a fifth of the memory. */
export function packRollup({ failures, value, duration }: Rollup): RollupRow {
  return {
    failures,
    count: value.count,
    value_sum: value.sum,
    value_min: value.min,
    value_max: value.max,
    value_sketch: encodeSketch(value.sketch),
    duration_count: duration.count,
    duration_sum: duration.sum,
    duration_min: duration.min,
    duration_max: duration.max,
    duration_sketch: duration.count === 0 ? null : encodeSketch(duration.sketch),
  }
}

/** A row of which not all was read: of values perhaps the count alone, of durations perhaps nothing. */
export type PartOfRow = Pick<RollupRow, 'failures' | 'count'> & Partial<RollupRow>

/** Adds what a row holds; `merge` adds its sketches. */
export function mergeRow(into: Rollup, row: PartOfRow, merge = mergeEncoded): void {
  into.failures += row.failures
  mergeStored(into.value, row.count, row.value_sum, row.value_min, row.value_max, row.value_sketch, merge)
  const { duration_count, duration_sum, duration_min, duration_max, duration_sketch } = row
  mergeStored(into.duration, duration_count, duration_sum, duration_min, duration_max, duration_sketch, merge)
}

export function readRollup(db: LocalConnection, table: string, series: number, at: number): Rollup {
  const rollup = newRollup()
  const row = db
    .statement<RollupRow & Record<string, unknown>>(
      `select ${rollupColumns} from ${table} where series = ? and at = ?`,
    )
    .get(series, at)
  if (row) mergeRow(rollup, row)
  return rollup
}

/** Writes a rollup in the place of what was there. `quantiles`: also as plain columns, for who reads the file with SQL. */
export function writeRollup(
  db: LocalConnection,
  table: string,
  series: number,
  at: number,
  { failures, value, duration }: Rollup,
  quantiles: boolean,
): void {
  const plain = quantiles ? [...quantilesOf(value), ...quantilesOf(duration)] : Array(6).fill(null)
  db.statement(
    `insert or replace into ${table} (series, at, ${rollupColumns}, value_p50, value_p95, value_p99, duration_p50, duration_p95, duration_p99, updated_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, unixepoch() * 1000)`,
  ).run(series, at, failures, ...summaryValues(value), ...summaryValues(duration), ...plain)
}

function summaryValues({ count, sum, min, max, sketch }: Summary): LocalValue[] {
  return count === 0 ? [0, null, null, null, null] : [count, sum, min, max, encodeSketch(sketch)]
}

const quantilesOf = (summary: Summary) => [0.5, 0.95, 0.99].map((q) => quantile(summary, q))
