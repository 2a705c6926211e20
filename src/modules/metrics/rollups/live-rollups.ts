import type { LocalConnection } from '../../../core/local-database'
import type { Follower } from '../store/follower'
import { createRollupGatherer } from './gatherer'
import { errorCodeOf } from './kept-dimensions'
import { storedRows } from './stored-rows'

/** Rows that wait for their rollups at most: many of one hour share a row there, and many hours a page. After a kill they are read again. */
const mostRows = 4_000_000
/** Hours of senders that wait at most; they take some 500 bytes each. */
const mostHours = 80_000

/** With what it remembers of the tables. */
interface LiveRollups extends Follower {
  forgetStored(): void
}

const known = new WeakMap<LocalConnection, LiveRollups>()

/** Writes what waits for the rollups of a connection; before something else writes or reads there, in its transaction. */
export const settleRollups = (db: LocalConnection): void => known.get(db)?.settle()

/** Says that the tables were written past the follower, after `settleRollups` in the same transaction. */
export const forgetRollups = (db: LocalConnection): void => known.get(db)?.rollback()

/** Says that rollups were removed from the tables, in the same transaction; what was gathered waits as before. */
export const forgetStoredRollups = (db: LocalConnection): void => known.get(db)?.forgetStored()

/**
 * Rolls rows up into the tables that queries read, some time after they are stored. `log_progress.rolled_id` says up to which row, and changes with the rollups:
 * what was gathered and is lost, however the process ends, is read from the tables again. So each row is in its rollups once, however late it comes.
 */
export function liveRollups(db: LocalConnection): Follower {
  const rollups = createRollupGatherer(db)
  /** All that is stored behind `rolled` was gathered. */
  let complete = false
  let rolled = 0
  let rows = 0
  let version = versionOf(db)
  let begun = false
  /** Another process writes as well: each would read again, at every turn, what the other has left for later. */
  let shared = false

  /** Once a transaction, before its first rows. What is remembered does not hold where a transaction that wrote was taken back, or another process has written. */
  const begin = (before: number) => {
    const [current, last] = [versionOf(db), rolledId(db)]
    shared = current !== version
    if (complete && current === version && last === rolled) return
    rollups.forget()
    rows = 0
    version = current
    rolled = last
    for (const { series, at, value, duration, metadata } of storedRows(db, rolled, before)) {
      rollups.add(series, at, value, duration, errorCodeOf(metadata))
      rows++
    }
    complete = true
  }
  const write = () => {
    complete = false
    rollups.write()
    db.statement('update log_progress set rolled_id = last_id').run()
    rolled = rolledId(db)
    rows = 0
    complete = true
  }
  const follower: LiveRollups = {
    add({ at, value, duration, metadata, coded }, series, firstId) {
      if (!begun) begin(firstId)
      begun = true
      rows += at.length
      for (let row = 0; row < at.length; row++) {
        const code = coded === undefined || coded[row]! > 0 ? errorCodeOf(metadata[row]!) : undefined
        rollups.add(series[row]!, at[row]!, value[row]!, duration[row]!, code)
      }
    },
    commit() {
      begun = false
      if (shared || rows >= mostRows || rollups.size() >= mostHours) write()
    },
    settle() {
      begin(Number.MAX_SAFE_INTEGER)
      if (rows > 0) write()
    },
    rollback() {
      begun = false
      complete = false
    },
    forgetStored: rollups.forgetStored,
  }
  known.set(db, follower)
  return follower
}

/** Up to which row there are rollups in the file. */
export const rolledId = (db: LocalConnection): number =>
  db.statement<{ rolled_id: number }>('select rolled_id from log_progress').get()!.rolled_id

/** Rows of the file are not in its rollups yet. */
export const rollupsWait = (db: LocalConnection): boolean =>
  db.statement('select 1 from log_progress where rolled_id < last_id').get() !== null

/** Changes whenever another connection has written to the file; what is remembered of the tables holds only until then. */
const versionOf = (db: LocalConnection): number =>
  db.statement<{ data_version: number }>('pragma data_version').get()!.data_version
