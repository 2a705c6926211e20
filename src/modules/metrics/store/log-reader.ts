import type { LocalThread, LogPosition } from '../../../core/local-database'
import { type Batch, decodeBatch, learnSeries } from '../ingest/record'
import { createSeriesTexts } from '../ingest/series-numbers'

/** A batch as it stands in the log. */
export interface LoggedBatch {
  /** Null for a record that is damaged. */
  batch: Batch | null
  /** Where the next one begins. */
  next: LogPosition
}

/** Batches of the log in `folder` between two positions, in order. It remembers the series of the segment, and where it does not it reads them again. */
export function createLogReader(
  { readLog }: Pick<LocalThread<unknown>, 'readLog'>,
  folder: string,
): (from: LogPosition, until: LogPosition) => Iterable<LoggedBatch> {
  let texts = createSeriesTexts()
  /** `texts` has what was written of its segment before here; undefined while it does not. */
  let position: LogPosition | undefined

  const learn = (from: LogPosition) => {
    texts = createSeriesTexts()
    if (from.offset === 0) return
    for (const { record } of readLog(folder, { ...from, offset: 0 }, from))
      if (record) learnSeries(record, texts)
  }
  return function* read(from, until) {
    if (position?.segment !== from.segment || position.offset !== from.offset) learn(from)
    let { segment } = from
    for (const { record, next } of readLog(folder, from, until)) {
      if (next.segment !== segment) texts = createSeriesTexts()
      segment = next.segment
      position = undefined
      const batch = record && decodeBatch(record, texts)
      position = next
      yield { batch, next }
    }
  }
}
