import type { LocalConnection } from '../../../core/local-database'
import { type Grain, mergeRollup, newRollup, type Rollup, startOf } from './rollup'
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

/** An hour of a series, and what was added to it since the last flush. */
interface Hour extends Kept {
  day: Kept
  fresh: Rollup | undefined
}

/** As they stand in the file: each page is come to once, and not written twice where the cache is smaller than a move. */
const byPlace = (a: Kept, b: Kept) =>
  a.table === b.table ? a.series - b.series || a.at - b.at : a.table < b.table ? -1 : 1

/** One hour at every level of a sender. */
interface Span {
  at: number
  hours: Hour[]
}

export function createRollupWriter(db: LocalConnection, tables: Record<Grain, string>): RollupWriter {
  const rows = new Map<string, Kept>()
  let changed: Hour[] = []
  let spans = new WeakMap<Targets, Span>()
  const rowOf = <T extends Kept>(grain: Grain, series: number, at: number, make: (row: Kept) => T): T => {
    const key = `${grain}${series}:${at}`
    const found = rows.get(key)
    if (found) return found as T
    const table = tables[grain]
    const made = make({ table, series, at, plain: false, rollup: readRollup(db, table, series, at) })
    rows.set(key, made)
    return made
  }
  const hourOf = (series: number, at: number, plain: boolean): Hour =>
    rowOf('hour', series, at, (row) => ({
      ...row,
      plain,
      day: rowOf('day', series, startOf('day', at), (day) => ({ ...day, plain })),
      fresh: undefined,
    }))
  const spanOf = (targets: Targets, at: number): Span => {
    const known = spans.get(targets)
    if (known?.at === at) return known
    const span = { at, hours: targets.series.map((id, level) => hourOf(id, at, level === 0)) }
    spans.set(targets, span)
    return span
  }
  const clear = () => {
    rows.clear()
    spans = new WeakMap()
  }
  return {
    add(targets, at, rollup) {
      for (const hour of spanOf(targets, at).hours) {
        if (!hour.fresh) {
          hour.fresh = newRollup()
          changed.push(hour)
        }
        mergeRollup(hour.fresh, rollup)
      }
    },
    flush() {
      const changedRows = new Set<Kept>(changed)
      for (const hour of changed) {
        mergeRollup(hour.rollup, hour.fresh!)
        mergeRollup(hour.day.rollup, hour.fresh!)
        hour.fresh = undefined
        changedRows.add(hour.day)
      }
      for (const row of [...changedRows].sort(byPlace))
        writeRollup(db, row.table, row.series, row.at, row.rollup, row.plain)
      changed = []
      if (rows.size > mostRows) clear()
    },
    forget() {
      changed = []
      clear()
    },
  }
}
