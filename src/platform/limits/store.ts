import type { Window } from '../../core/principal'

/** One limited window: at most `limit` calls in any `seconds`. */
export interface Span {
  name: Window
  seconds: number
  limit: number
}

/** A request to count `cost` calls of one owner; a cost of 0 only looks. Limits are never below the cost. */
export interface Ask {
  owner: string
  cost: number
  spans: readonly Span[]
}

/** The answer; lists go with the ask's spans. Times are milliseconds since the epoch by the store's clock. */
export interface Taken {
  admitted: boolean
  at: number
  /** Calls inside each window, this one included when it was admitted. */
  used: number[]
  /** When each window's oldest call leaves; `at` for an empty window. */
  leaves: number[]
  /** Refused: when every exceeded window has room. Admitted: 0. */
  freeAt: number
  /** Refused: the index of the span that frees last. Admitted: -1. */
  blocking: number
}

/** Where quotas are counted. `take` is atomic over every process that shares the store. */
export interface Store {
  take(ask: Ask): Promise<Taken>
  /** Removes what no window needs; returns rows removed. */
  prune(): Promise<number>
  /** Throws when the store does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}
