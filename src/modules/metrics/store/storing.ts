import type { LocalConnection } from '../../../core/local-database'
import type { Batch } from '../ingest/record'
import type { Follower } from './follower'
import { isPoison } from './poison'
import { createSeriesIds } from './series-ids'
import { createSink } from './sink'

/** Stores batches, a transaction at a time; what had been gathered in memory is forgotten when one fails. */
export interface Storing {
  /** One transaction: the batches that `work` adds, what followers make of them, and whatever else it does before or in `end`. */
  run<T>(work: (add: (batch: Batch) => void) => T, end?: (result: T) => void): T
  /** Stores a batch and takes it back: the error that the rows are to blame for, undefined when they are fine. Throws any other. */
  attempt(batch: Batch): unknown
  /** Writes what followers have left for later. */
  settle(): void
  forgetSeries(): void
}

const takenBack = new Error('taken back on purpose')

export function createStoring(db: LocalConnection, followers: readonly Follower[]): Storing {
  const seriesIds = createSeriesIds(db)
  const sink = createSink(db, seriesIds, followers)
  const transact = <T>(work: () => T): T => {
    try {
      return db.transaction(work)
    } catch (error) {
      seriesIds.forget()
      sink.forget()
      for (const follower of followers) follower.rollback()
      throw error
    }
  }
  const run: Storing['run'] = (work, end) =>
    transact(() => {
      const result = work(sink.add)
      sink.flush()
      for (const follower of followers) follower.commit()
      end?.(result)
      return result
    })
  const settle = () =>
    transact(() => {
      for (const follower of followers) follower.settle()
    })
  const attempt = (batch: Batch): unknown => {
    try {
      return run(
        (add) => add(batch),
        () => {
          throw takenBack
        },
      )
    } catch (error) {
      if (error === takenBack) return undefined
      if (!isPoison(error)) throw error
      return error
    }
  }
  return { run, attempt, settle, forgetSeries: seriesIds.forget }
}
