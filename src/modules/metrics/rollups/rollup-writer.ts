import type { LocalConnection } from '../../../core/local-database'
import { type Grain, mergeRollup, newRollup, type Rollup, startOf } from './rollup'
import { mergeRow, type RollupRow, readRollup, writeRollup } from './rollup-rows'
import type { Targets } from './rollup-series'

/** Puts what was gathered onto what the tables hold; within a transaction of the caller's. */
export interface RollupWriter {
  /** Adds to every level of the targets, over the hour and the day of `at`. */
  add(targets: Targets, at: number, rollup: Rollup | RollupRow): void
  /** Writes every row that changed. */
  flush(): void
  /** Writes those of all dimensions, of which there are as many as senders, and forgets them: for who adds more than memory should hold. */
  flushWhole(): void
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
  /** Of all dimensions. */
  whole: boolean
}

/** An hour of a series, and what was added to it since the last flush. */
interface Hour extends Kept {
  day: Kept
  fresh: Rollup | undefined
}

const keyOf = (table: string, series: number, at: number) => `${table} ${series} ${at}`

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
  const rowOf = <T extends Kept>(
    kept: Pick<Kept, 'plain' | 'whole'>,
    grain: Grain,
    series: number,
    at: number,
    make: (row: Kept) => T,
  ): T => {
    const key = keyOf(tables[grain], series, at)
    const found = rows.get(key)
    if (found) return found as T
    const table = tables[grain]
    const made = make({ ...kept, table, series, at, rollup: readRollup(db, table, series, at) })
    rows.set(key, made)
    return made
  }
  const hourOf = (series: number, at: number, kept: Pick<Kept, 'plain' | 'whole'>): Hour =>
    rowOf(kept, 'hour', series, at, (row) => ({
      ...row,
      day: rowOf(kept, 'day', series, startOf('day', at), (day) => day),
      fresh: undefined,
    }))
  const spanOf = (targets: Targets, at: number): Span => {
    const known = spans.get(targets)
    if (known?.at === at) return known
    const last = targets.series.length - 1
    const hours = targets.series.map((id, level) =>
      hourOf(id, at, { plain: level === 0, whole: level === last }),
    )
    const span = { at, hours }
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
        if ('value' in rollup) mergeRollup(hour.fresh, rollup)
        else mergeRow(hour.fresh, rollup)
      }
    },
    flush() {
      writeHours(db, changed)
      changed = []
      if (rows.size > mostRows) clear()
    },
    flushWhole() {
      for (const { table, series, at } of writeHours(
        db,
        changed.filter(({ whole }) => whole),
      ))
        rows.delete(keyOf(table, series, at))
      changed = changed.filter(({ whole }) => !whole)
      spans = new WeakMap()
    },
    forget() {
      changed = []
      clear()
    },
  }
}

/** Hours with what was added to them, and their days. */
function writeHours(db: LocalConnection, hours: readonly Hour[]): ReadonlySet<Kept> {
  const written = new Set<Kept>(hours)
  for (const hour of hours) {
    mergeRollup(hour.rollup, hour.fresh!)
    mergeRollup(hour.day.rollup, hour.fresh!)
    hour.fresh = undefined
    written.add(hour.day)
  }
  for (const row of [...written].sort(byPlace))
    writeRollup(db, row.table, row.series, row.at, row.rollup, row.plain)
  return written
}
