import type { LocalConnection } from '../../../core/local-database'
import type { StoredSample, StoredSeries } from '../store/row'
import { errorCodeOf } from './kept-dimensions'
import { addToRollup, type Grain, newRollup, type Rollup, startOf, tableOf } from './rollup'
import { createRollupSeries, type Targets } from './rollup-series'
import { createRollupWriter } from './rollup-writer'

/** Rolls rows up in memory until they are written. */
export interface RollupGatherer {
  add(row: StoredSample): void
  /** Hours of senders that wait to be written. */
  size(): number
  /** Puts what was gathered onto what the tables hold, in a transaction of the caller's. */
  write(): void
  /** Forgets what was gathered, and what is remembered of the tables. */
  forget(): void
}

/** Rows of one sender in one hour, since the last commit. */
interface Gathered {
  targets: Targets
  at: number
  rollup: Rollup
}

/** What is known of a sender, or of its failures with one error code. */
interface Sender {
  targets: Targets
  /** The latest of its hours. */
  current: Gathered | undefined
  others: Map<number, Gathered>
  byCode: Map<string, Sender> | undefined
}

export function createRollupGatherer(
  db: LocalConnection,
  tables: Record<Grain, string> = tableOf,
): RollupGatherer {
  const series = createRollupSeries(db)
  const writer = createRollupWriter(db, tables)
  let senders = new WeakMap<StoredSeries, Sender>()
  let gathered: Gathered[] = []
  let used: Sender[] = []

  const newSender = (
    { service, metric_type, dimensions }: StoredSeries,
    code: string | undefined,
  ): Sender => ({
    targets: series.of(service, metric_type, dimensions, code),
    current: undefined,
    others: new Map(),
    byCode: undefined,
  })
  const senderOf = (row: StoredSample): Sender => {
    let sender = senders.get(row.series)
    if (!sender) {
      sender = newSender(row.series, undefined)
      senders.set(row.series, sender)
    }
    const code = errorCodeOf(row.metadata)
    if (code === undefined) return sender
    sender.byCode ??= new Map()
    let failing = sender.byCode.get(code)
    if (!failing) {
      if (sender.byCode.size >= mostCodes) sender.byCode.clear()
      failing = newSender(row.series, code)
      sender.byCode.set(code, failing)
    }
    return failing
  }
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
  return {
    add(row) {
      const sender = senderOf(row)
      const at = startOf('hour', row.at)
      const found = sender.current?.at === at ? sender.current : gather(sender, at)
      addToRollup(found.rollup, row.value, row.duration_ms, sender.targets.failed)
    },
    size: () => gathered.length,
    write() {
      for (const { targets, at, rollup } of gathered) writer.add(targets, at, rollup)
      gathered = []
      for (const sender of used) {
        sender.current = undefined
        sender.others.clear()
      }
      used = []
      writer.flush()
    },
    forget() {
      senders = new WeakMap()
      gathered = []
      used = []
      series.forget()
      writer.forget()
    },
  }
}

/** Error codes of one sender that are remembered. */
const mostCodes = 1000
