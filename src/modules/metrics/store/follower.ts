import type { LocalConnection } from '../../../core/local-database'
import type { StoredSample } from './row'

/**
 * Sees every row as it is stored, on the writing thread, inside of the transaction that stores it: what a follower writes in `add` or `commit`
 * is on disk exactly when the rows are.
 */
export interface Follower {
  /** One row; called very often. */
  add(row: StoredSample): void
  /** Before the transaction ends: write what was gathered. Throwing takes the rows back, and they come again. */
  commit(): void
  /** The transaction was taken back: forget what was gathered since the last commit. */
  rollback(): void
}

export type FollowerFactory = (db: LocalConnection) => Follower
