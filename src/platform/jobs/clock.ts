import { sql } from 'drizzle-orm'
import type { Reader } from '../../core/storage'

/** The time by which leases and schedules are kept, in ms. */
export type Clock = (db: Reader) => Promise<number>

/**
 * On Postgres the server's clock, so that machines need not agree; on SQLite the machine's. A test's clock (anything but
 * `Date.now`) counts on both.
 */
export function createClock(now: () => number): Clock {
  return async (db) => {
    if (now !== Date.now || db.dialect === 'sqlite') return now()
    const [row] = await db.rows<{ now: number | string }>(
      sql`select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
    )
    return Number(row!.now)
  }
}
