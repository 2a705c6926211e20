import type { LocalConnection } from '../../../../core/local-database'
import { type Grain, grainLength, startOf, tableOf } from '../../rollups/rollup'
import { type RollupRow, rollupColumns } from '../../rollups/rollup-rows'
import type { Increment } from './cumulative'
import type { Tally, Tallying } from './tally'

const withoutSketches = rollupColumns.replace(/(value|duration)_sketch/g, 'null as $1_sketch')

type AtRow = RollupRow & { at: number } & Record<string, unknown>

/** Rows of rollups; sketches only for what needs them. */
function rowsOf(
  db: LocalConnection,
  grain: Grain,
  id: number,
  from: number,
  to: number,
  sketches: boolean,
): AtRow[] {
  const columns = sketches ? rollupColumns : withoutSketches
  return db
    .statement<AtRow>(
      `select at, ${columns} from ${tableOf[grain]} where series = ? and at >= ? and at < ? order by at`,
    )
    .all(id, from, to)
}

/** All that was counted before the hour of a time. */
export function countedBefore(db: LocalConnection, ids: number[], at: number, tallying: Tallying): Tally {
  const day = startOf('day', at)
  const sum = new Float64Array(tallying.size)
  for (const id of ids) {
    const days = rowsOf(db, 'day', id, Number.MIN_SAFE_INTEGER, day, tallying.bounds !== undefined)
    const hours = rowsOf(db, 'hour', id, day, startOf('hour', at), tallying.bounds !== undefined)
    for (const row of [...days, ...hours]) {
      const tally = tallying.ofRollup(row)
      for (let part = 0; part < sum.length; part++) sum[part]! += tally[part]!
    }
  }
  return sum
}

/** What each hour, or day, counted; the one that is not over ends now. */
export function rollupIncrements(
  db: LocalConnection,
  ids: number[],
  { grain, from, to, now }: { grain: Grain; from: number; to: number; now: number },
  tallying: Tallying,
): Increment[] {
  const found = new Map<number, Increment>()
  for (const id of ids) {
    for (const row of rowsOf(db, grain, id, startOf(grain, from), to, tallying.bounds !== undefined)) {
      const tally = tallying.ofRollup(row)
      const earlier = found.get(row.at)
      if (earlier) for (let part = 0; part < tally.length; part++) earlier.tally[part]! += tally[part]!
      else found.set(row.at, { from: row.at, to: endOf(grain, row.at, now), tally })
    }
  }
  return [...found.values()].toSorted((a, b) => a.from - b.from)
}

const endOf = (grain: Grain, at: number, now: number) =>
  Math.max(at + 1, Math.min(at + grainLength[grain], now))
