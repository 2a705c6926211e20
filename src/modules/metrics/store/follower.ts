import type { LocalConnection } from '../../../core/local-database'
import type { Batch, Column } from '../ingest/record'

/** Sees every row as it is stored, on the writing thread, inside of the transaction that stores it. */
export interface Follower {
  /** The rows of a batch, with ids from `firstId` on, and the ids of their series, which are stored. */
  add(batch: Batch, series: Column, firstId: number): void
  /** Before the transaction ends. Throwing takes the rows back, and they come again. */
  commit(): void
  /** Writes what `commit` has left for later, if anything, in a transaction of the caller's. */
  settle(): void
  /** The transaction was taken back: forget what was gathered. */
  rollback(): void
}

export type FollowerFactory = (db: LocalConnection) => Follower
