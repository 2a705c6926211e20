import type { LocalConnection } from '../../../src/core/local-database'
import { type Purge, purgeOf } from '../../../src/modules/metrics/retention/purge'
import { createSlices, type Place } from '../../../src/modules/metrics/retention/slices'

/** Purges to the end, slice by slice as the clean-up does; how many rows went. */
export function purgeWhole(db: LocalConnection, of: Purge, before?: number | string): number {
  const slice = createSlices(db)
  let deleted = 0
  let from: Place | null = null
  do {
    const purged = slice(of, purgeOf(db, { of, before, from }), from)
    deleted += purged.deleted
    from = purged.next
  } while (from)
  return deleted
}
