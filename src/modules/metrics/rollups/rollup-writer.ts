import type { LocalConnection } from '../../../core/local-database'
import { type Grain, grains, mergeRollup, type Rollup, startOf } from './rollup'
import { readRollup, writeRollup } from './rollup-rows'
import type { Targets } from './rollup-series'

/** Puts what was gathered onto what the tables hold; within a transaction of the caller's. */
export interface RollupWriter {
  /** Adds to every level of the targets, over the hour and the day of `at`. */
  add(targets: Targets, at: number, rollup: Rollup): void
  /** Writes every row that changed. */
  flush(): void
  /** The transaction was taken back, or the file was written by somebody else. */
  forget(): void
}

/** Rows that are kept in memory, so that the current hour is not read and decoded for every commit. */
const mostRows = 20_000

interface Kept {
  table: string
  series: number
  at: number
  rollup: Rollup
  /** Of no dimensions: what the predecessor's tables show. */
  plain: boolean
}

export function createRollupWriter(db: LocalConnection, tables: Record<Grain, string>): RollupWriter {
  const rows = new Map<string, Kept>()
  const changed = new Set<Kept>()
  const rowOf = (grain: Grain, series: number, at: number, plain: boolean): Kept => {
    const key = `${grain}${series}:${at}`
    let kept = rows.get(key)
    if (!kept) {
      const table = tables[grain]
      kept = { table, series, at, plain, rollup: readRollup(db, table, series, at) }
      rows.set(key, kept)
    }
    return kept
  }
  return {
    add({ series }, at, rollup) {
      for (const grain of grains) {
        for (const [level, id] of series.entries()) {
          const row = rowOf(grain, id, startOf(grain, at), level === 0)
          mergeRollup(row.rollup, rollup)
          changed.add(row)
        }
      }
    },
    flush() {
      for (const { table, series, at, rollup, plain } of changed) {
        writeRollup(db, table, series, at, rollup, plain)
      }
      changed.clear()
      if (rows.size > mostRows) rows.clear()
    },
    forget() {
      changed.clear()
      rows.clear()
    },
  }
}
