import type { LocalConnection } from '../../../../core/local-database'
import { type Grain, grainLength, startOf, tableOf } from '../../rollups/rollup'
import type { Increment } from './cumulative'
import type { Tally, Tallying } from './tally'

/** All that was counted before the hour of a time. */
export function countedBefore(db: LocalConnection, ids: number[], at: number, tallying: Tallying): Tally {
  const day = startOf('day', at)
  const sum = new Float64Array(tallying.size)
  addAll(db, sum, { grain: 'day', from: Number.MIN_SAFE_INTEGER, to: day }, ids, tallying)
  addAll(db, sum, { grain: 'hour', from: day, to: startOf('hour', at) }, ids, tallying)
  tallying.complete(sum)
  return sum
}

/** A part of a window, and the rollups that tell it. */
export interface Span {
  grain: Grain
  from: number
  to: number
}

/** SQLite adds up what needs no sketch. */
function addAll(
  db: LocalConnection,
  into: Tally,
  { grain, from, to }: Span,
  ids: number[],
  { columns: { number, sketch }, addRollup }: Tallying,
): void {
  const columns = sketch === 'null' ? `coalesce(sum(${number}), 0), null` : `${number}, ${sketch}`
  const statement = db.statement(
    `select ${columns} from ${tableOf[grain]} where series = ? and at >= ? and at < ? order by at`,
  )
  for (const id of ids) {
    const rows = statement.values(id, from, to) as [number, Uint8Array | null][]
    for (const [count, bytes] of rows) addRollup(into, count, bytes)
  }
}

/** The spans that tell what was counted between the times, the first of which lies in the hour `from`: whole days where no time lies within. */
export function spansBetween(times: Float64Array, from: number): Span[] {
  const to = times.at(-1)!
  const split = new Set(
    Array.from(times, (time) => startOf('day', time)).filter((at, index) => at < times[index]!),
  )
  const spans: Span[] = []
  for (let at = from; at < to; ) {
    const day = startOf('day', at)
    const grain = split.has(day) || at > day ? 'hour' : 'day'
    const next = Math.min(to, day + grainLength.day)
    const before = spans.at(-1)
    if (before?.grain === grain) before.to = next
    else spans.push({ grain, from: at, to: next })
    at = next
  }
  return spans
}

/** What each hour, or day, of the spans counted; the one that is not over ends now. */
export function rollupIncrements(
  db: LocalConnection,
  ids: number[],
  { spans, now }: { spans: Span[]; now: number },
  { size, columns: { number, sketch }, addRollup, complete }: Tallying,
): Increment[] {
  const increments = spans.flatMap(({ grain, from, to }) => {
    const statement = db.statement<Found & Record<string, unknown>>(
      `select at, ${number} as number, ${sketch} as sketch from ${tableOf[grain]} where series = ? and at >= ? and at < ?`,
    )
    const begun = (at: number): Increment => ({
      from: at,
      to: endOf(grain, at, now),
      tally: new Float64Array(size),
    })
    let found: Increment[] = []
    for (const id of ids) {
      const fresh: Increment[] = []
      let place = 0
      for (const { at, number, sketch } of statement.all(id, startOf(grain, from), to)) {
        while (place < found.length && found[place]!.from < at) place++
        let increment = found[place]
        if (increment?.from !== at) {
          increment = begun(at)
          fresh.push(increment)
        }
        addRollup(increment.tally, number, sketch)
      }
      // Most series have the hours of those before.
      if (fresh.length > 0) found = [...found, ...fresh].sort((a, b) => a.from - b.from)
    }
    return found
  })
  for (const { tally } of increments) complete(tally)
  return increments
}

interface Found {
  at: number
  number: number
  sketch: Uint8Array | null
}

const endOf = (grain: Grain, at: number, now: number) =>
  Math.max(at + 1, Math.min(at + grainLength[grain], now))
