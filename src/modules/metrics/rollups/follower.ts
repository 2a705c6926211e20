import type { LocalConnection } from '../../../core/local-database'
import type { StoredSample } from '../store/row'
import type { Follower } from '../store/follower'
import { errorCodeOf } from './kept-dimensions'
import { addToRollup, type Grain, newRollup, type Rollup, startOf, tableOf } from './rollup'
import { createRollupSeries, type Targets } from './rollup-series'
import { createRollupWriter } from './rollup-writer'

/** Senders whose targets are remembered. */
const mostKept = 50_000

/** Rows of one sender in one hour. */
interface Gathered {
  targets: Targets
  at: number
  rollup: Rollup
}

/** What followers remember of a connection's tables. */
const memories = new WeakMap<LocalConnection, () => void>()

/** Says that the tables were written past the follower. */
export const forgetRollups = (db: LocalConnection): void => memories.get(db)?.()

/** Rolls up into the tables that queries read. */
export function liveRollups(db: LocalConnection): Follower {
  const follower = rollupFollower(db)
  memories.set(db, follower.rollback)
  return follower
}

/**
 * Rolls rows up as they are stored, in the transaction that stores them: a row is in its rollups exactly when it is in the table, however the process ends,
 * and however late it comes.
 */
export function rollupFollower(db: LocalConnection, tables: Record<Grain, string> = tableOf): Follower {
  const series = createRollupSeries(db)
  const writer = createRollupWriter(db, tables)
  const known = new Map<string, Targets>()
  const gathered = new Map<string, Gathered>()
  let version = versionOf(db)

  const targetsOf = (row: StoredSample, errorCode: string | undefined, key: string): Targets => {
    let targets = known.get(key)
    if (!targets) {
      const { service, metric_type, dimensions } = row.series
      targets = series.of(service, metric_type, dimensions, errorCode)
      if (known.size >= mostKept) known.clear()
      known.set(key, targets)
    }
    return targets
  }
  const forget = () => {
    known.clear()
    gathered.clear()
    series.forget()
    writer.forget()
  }
  return {
    add(row) {
      const errorCode = errorCodeOf(row.metadata)
      const sender = errorCode === undefined ? `${row.series.id}` : `${row.series.id} ${errorCode}`
      const at = startOf('hour', row.at)
      const key = `${at} ${sender}`
      let found = gathered.get(key)
      if (!found) {
        if (gathered.size === 0) version = forgetIfChanged(db, version, forget)
        found = { targets: targetsOf(row, errorCode, sender), at, rollup: newRollup() }
        gathered.set(key, found)
      }
      addToRollup(found.rollup, row.value, row.duration_ms, found.targets.failed)
    },
    commit() {
      for (const { targets, at, rollup } of gathered.values()) writer.add(targets, at, rollup)
      gathered.clear()
      writer.flush()
    },
    rollback: forget,
  }
}

/** Changes whenever another connection has written to the file. */
const versionOf = (db: LocalConnection): number =>
  db.statement<{ data_version: number }>('pragma data_version').get()!.data_version

/** What is remembered of the tables holds only for as long as nobody else writes them. */
function forgetIfChanged(db: LocalConnection, version: number, forget: () => void): number {
  const now = versionOf(db)
  if (now !== version) forget()
  return now
}
