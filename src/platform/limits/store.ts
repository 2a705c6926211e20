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

/** An ask that is told what became of it, once. Neither function throws. */
export interface Asking extends Ask {
  answer(taken: Taken): void
  fail(error: unknown): void
}

/** Where quotas are counted. `take` is atomic over every process that shares the store. */
export interface Store {
  take(ask: Ask): Promise<Taken>
  /** The same without a promise. */
  tell(asking: Asking): void
  /** Removes what no window needs; returns rows removed. */
  prune(): Promise<number>
  /** Throws when the store does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** Tells each of many that were counted together. What one of them throws is nobody else's. */
export function answerAll(asks: readonly Asking[], answers: readonly Taken[]): void {
  for (let index = 0; index < asks.length; index++) {
    try {
      asks[index]!.answer(answers[index]!)
    } catch (error) {
      leave(error)
    }
  }
}

/** The same where they could not be counted. */
export function failAll(asks: readonly Asking[], reason: unknown): void {
  for (const asking of asks) {
    try {
      asking.fail(reason)
    } catch (error) {
      leave(error)
    }
  }
}

/** To whoever logs errors that reach nobody. */
const leave = (error: unknown) => void Promise.reject(error)

/** The `take` of a store that tells. */
export const takeBy =
  (tell: Store['tell']): Store['take'] =>
  ({ owner, cost, spans }) =>
    new Promise((answer, fail) => tell({ owner, cost, spans, answer, fail }))

/** The `tell` of a store that promises. */
export const tellBy =
  (take: Store['take']): Store['tell'] =>
  (asking) =>
    void take(asking).then(
      (taken) => asking.answer(taken),
      (error) => asking.fail(error),
    )
