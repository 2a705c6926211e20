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
  changed: boolean
}

/** As they stand in the file: each page is come to once, and not written twice where the cache is smaller than a move. */
const byPlace = (a: Kept, b: Kept) =>
  a.table === b.table ? a.series - b.series || a.at - b.at : a.table < b.table ? -1 : 1

/** Rows of one sender in one hour: that hour and its day, at every level. */
interface Span {
  at: number
  rows: Kept[]
}

export function createRollupWriter(db: LocalConnection, tables: Record<Grain, string>): RollupWriter {
  const rows = new Map<string, Kept>()
  let changed: Kept[] = []
  let spans = new WeakMap<Targets, Span>()
  const rowOf = (grain: Grain, series: number, at: number, plain: boolean): Kept => {
    const key = `${grain}${series}:${at}`
    let kept = rows.get(key)
    if (!kept) {
      const table = tables[grain]
      kept = { table, series, at, plain, rollup: readRollup(db, table, series, at), changed: false }
      rows.set(key, kept)
    }
    return kept
  }
  const spanOf = (targets: Targets, at: number): Span => {
    const known = spans.get(targets)
    if (known?.at === at) return known
    const found = grains.flatMap((grain) =>
      targets.series.map((id, level) => rowOf(grain, id, startOf(grain, at), level === 0)),
    )
    const span = { at, rows: found }
    spans.set(targets, span)
    return span
  }
  const clear = () => {
    rows.clear()
    spans = new WeakMap()
  }
  return {
    add(targets, at, rollup) {
      for (const row of spanOf(targets, at).rows) {
        mergeRollup(row.rollup, rollup)
        if (!row.changed) changed.push(row)
        row.changed = true
      }
    },
    flush() {
      for (const row of changed.sort(byPlace)) {
        writeRollup(db, row.table, row.series, row.at, row.rollup, row.plain)
        row.changed = false
      }
      changed = []
      if (rows.size > mostRows) clear()
    },
    forget() {
      changed = []
      clear()
    },
  }
}
