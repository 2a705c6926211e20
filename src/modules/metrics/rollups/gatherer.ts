import type { LocalConnection } from '../../../core/local-database'
import { createAdding, type Grain, newRollup, type Rollup, startOf, tableOf } from './rollup'
import { packRollup, type RollupRow } from './rollup-rows'
import { createRollupSeries, type Targets } from './rollup-series'
import { createRollupWriter } from './rollup-writer'
import { createSenders, type OpenHour, type Sender } from './senders'
import { createSortedRows } from './sorted-rows'

/** Rolls rows up in memory until they are written. */
export interface RollupGatherer {
  /** One row, of the series of an id; `duration` is NaN for none. Called very often. */
  add(series: number, at: number, value: number, duration: number, errorCode: string | undefined): void
  /** Hours of senders that wait to be written. */
  size(): number
  /** Puts what was gathered onto what the tables hold, in a transaction of the caller's. */
  write(): void
  /** Forgets what is remembered of the tables. */
  forgetStored(): void
  /** Forgets that and what was gathered. */
  forget(): void
}

/** Senders that are remembered from one writing to the next. */
const mostSenders = 50_000
/** Hours that are written at a time: their rows are in memory meanwhile, at every level and with those of the file. */
const together = 4_000

/** Rows of one sender in one hour; packed once there are rows of two others. */
interface Gathered {
  targets: Targets
  at: number
  rollup: Rollup | RollupRow
}

export function createRollupGatherer(
  db: LocalConnection,
  tables: Record<Grain, string> = tableOf,
): RollupGatherer {
  const series = createRollupSeries(db)
  const senders = createSenders(db, series)
  const writer = createRollupWriter(db, tables)
  const rows = createSortedRows()
  const adding = createAdding()
  let gathered: Gathered[] = []
  let used: Sender[] = []
  let open = 0

  /** The hour of a sender that begins at `at`, which becomes its current one. */
  const turn = (sender: Sender, at: number): OpenHour => {
    const { current, previous } = sender
    let hour = previous
    if (previous?.at !== at) {
      if (previous)
        gathered.push({ targets: sender.targets, at: previous.at, rollup: packRollup(previous.rollup) })
      else open++
      if (!current) used.push(sender)
      hour = { at, rollup: newRollup() }
    }
    sender.previous = current
    sender.current = hour
    return hour!
  }
  const close = (sender: Sender) => {
    for (const hour of [sender.previous, sender.current])
      if (hour) gathered.push({ targets: sender.targets, ...hour })
    sender.previous = undefined
    sender.current = undefined
  }
  const reset = () => {
    gathered = []
    used = []
    open = 0
  }
  const rollUp = () => {
    rows.take(senders.count(), (number, time, value, duration) => {
      const sender = senders.at(number)
      const at = startOf('hour', time)
      const found = sender.current?.at === at ? sender.current : turn(sender, at)
      adding.add(found.rollup, value, duration, sender.targets.failed)
    })
    adding.end()
  }
  return {
    add(one, at, value, duration, errorCode) {
      if (rows.add(senders.numberOf(one, errorCode), at, value, duration)) rollUp()
    },
    size: () => gathered.length + open,
    write() {
      rollUp()
      for (const sender of used) close(sender)
      // All hours of a series at once: in the file they stand together.
      gathered.sort((a, b) => a.targets.series.at(-1)! - b.targets.series.at(-1)! || a.at - b.at)
      for (const [place, { targets, at, rollup }] of gathered.entries()) {
        if (place % together === together - 1) writer.flushWhole()
        writer.add(targets, at, rollup)
      }
      reset()
      writer.flush()
      if (senders.count() > mostSenders) senders.forget()
    },
    forgetStored: writer.forget,
    forget() {
      senders.forget()
      rows.forget()
      reset()
      series.forget()
      writer.forget()
    },
  }
}
