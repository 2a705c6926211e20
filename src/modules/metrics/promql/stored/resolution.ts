import type { LocalConnection } from '../../../../core/local-database'
import { countRawRows } from '../../query/raw-scan'
import { completeSince } from '../../rollups/raw-rows'
import { type Grain, grainLength, startOf } from '../../rollups/rollup'
import type { Window } from '../sample-source'

/** Raw rows that one selector looks through: what comes in an hour at 800 a second. */
const mostRows = 3_000_000

/** The same where each point is of an hour or more, and a single one of a day or more. */
const fewRows = 100_000

/**
 * Raw metrics where they are all there and not too many, else hours, or days for more than a year. `counters` are counted from the start of an hour on, and
 * hours tell their ranges of an hour or more as well.
 */
export function resolutionOf(
  db: LocalConnection,
  { from, to, step, range = 0 }: Window,
  counters = false,
): 'raw' | Grain {
  const isLong =
    step === 0 ? range >= grainLength.day : range >= grainLength.hour && step >= grainLength.hour / 4
  const most = counters && isLong ? fewRows : mostRows
  const first = counters ? startOf('hour', from) : from
  const since = completeSince(db)
  const complete = since === undefined || first >= since
  if (complete && countRawRows(db, { from: first, to }) <= most) return 'raw'
  return to - from > 366 * grainLength.day ? 'day' : 'hour'
}
