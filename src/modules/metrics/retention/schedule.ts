import type { LocalDatabase } from '../../../core/local-database'
import type { Logger } from '../../../core/module'
import type { Cleanup } from './cleanup'
import { day } from './kept-tables'

/** Milliseconds after the start, and between two looks at the clock. */
const looks = { first: 5_000, every: 15 * 60_000 }

/** Cleans up soon after the start when the last time is a day ago or never was, then daily. Returns what stops it. */
export function scheduleCleanup(
  parts: {
    cleanup: Pick<Cleanup, 'all'>
    db: Pick<LocalDatabase, 'read'>
    now(): number
    log: Pick<Logger, 'info' | 'warn'>
  },
  { first, every } = looks,
): () => void {
  const { cleanup, db, now, log } = parts
  let timer = setTimeout(look, first)
  timer.unref()
  let stopped = false

  async function look() {
    try {
      const last = await db.read<number | null>('lastCleanup')
      if (stopped) return
      // A clock that was set back makes no round wait for longer.
      if (last === null || now() - last >= day || last > now()) {
        const { total_records_processed: deleted, duration_seconds: seconds } = await cleanup.all(false)
        log.info('metrics older than their policies say were deleted', { deleted, seconds })
      }
    } catch (error) {
      if (!stopped) log.warn('metrics could not be cleaned up; it is tried again', { cause: error })
    }
    if (stopped) return
    timer = setTimeout(look, every)
    timer.unref()
  }
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
