import type { LocalConnection } from '../../../core/local-database'
import type { StoredSeries } from '../store/row'
import { addToRollup, type Grain, newRollup, startOf, tableOf } from './rollup'
import { createRollupSeries } from './rollup-series'
import { createRollupWriter } from './rollup-writer'
import { createSenders, type Gathered, type Sender } from './senders'
import { createSortedRows } from './sorted-rows'

/** Rolls rows up in memory until they are written. */
export interface RollupGatherer {
  /** One row; `duration` is NaN for none, `metadata` empty or null. Called very often. */
  add(series: StoredSeries, at: number, value: number, duration: number, metadata: string | null): void
  /** Hours of senders that wait to be written. */
  size(): number
  /** Puts what was gathered onto what the tables hold, in a transaction of the caller's. */
  write(): void
  /** Forgets what was gathered, and what is remembered of the tables. */
  forget(): void
}

/** Senders that are remembered from one writing to the next. */
const mostSenders = 50_000

export function createRollupGatherer(
  db: LocalConnection,
  tables: Record<Grain, string> = tableOf,
): RollupGatherer {
  const series = createRollupSeries(db)
  const senders = createSenders(series)
  const writer = createRollupWriter(db, tables)
  const rows = createSortedRows()
  let gathered: Gathered[] = []
  let used: Sender[] = []

  const gather = (sender: Sender, at: number): Gathered => {
    let found = sender.others.get(at)
    if (!found) {
      found = { targets: sender.targets, at, rollup: newRollup() }
      sender.others.set(at, found)
      gathered.push(found)
    }
    if (!sender.current) used.push(sender)
    sender.current = found
    return found
  }
  const rollUp = () =>
    rows.take(senders.count(), (number, time, value, duration) => {
      const sender = senders.at(number)
      const at = startOf('hour', time)
      const found = sender.current?.at === at ? sender.current : gather(sender, at)
      addToRollup(found.rollup, value, duration, sender.targets.failed)
    })
  return {
    add(one, at, value, duration, metadata) {
      if (rows.add(senders.numberOf(one, metadata), at, value, duration)) rollUp()
    },
    size: () => gathered.length,
    write() {
      rollUp()
      for (const { targets, at, rollup } of gathered) writer.add(targets, at, rollup)
      gathered = []
      for (const sender of used) {
        sender.current = undefined
        sender.others.clear()
      }
      used = []
      writer.flush()
      if (senders.count() > mostSenders) senders.forget()
    },
    forget() {
      senders.forget()
      rows.forget()
      gathered = []
      used = []
      series.forget()
      writer.forget()
    },
  }
}
