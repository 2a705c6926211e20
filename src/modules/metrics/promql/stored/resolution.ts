import type { LocalConnection } from '../../../../core/local-database'
import { countRawRows } from '../../query/raw-scan'
import { completeSince } from '../../rollups/raw-rows'
import { type Grain, grainLength } from '../../rollups/rollup'
import type { Window } from '../sample-source'

/** Raw rows that one selector looks through. */
const mostRows = 1_000_000

/** The same where each point is of an hour or more, and a single one of a day or more. */
const fewRows = 100_000

/** Raw metrics where they are all there and not too many, else hours, or days for more than a year. `coarse`: hours tell ranges of an hour or more as well. */
export function resolutionOf(
  db: LocalConnection,
  { from, to, step, range = 0 }: Window,
  coarse = false,
): 'raw' | Grain {
  const isLong =
    step === 0 ? range >= grainLength.day : range >= grainLength.hour && step >= grainLength.hour / 4
  const most = coarse && isLong ? fewRows : mostRows
  const since = completeSince(db)
  const complete = since === undefined || from - grainLength.hour >= since
  if (complete && countRawRows(db, { from: from - grainLength.hour, to }) <= most) return 'raw'
  return to - from > 366 * grainLength.day ? 'day' : 'hour'
}
