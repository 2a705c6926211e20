import type { Usage } from '../../core/module'
import type { Principal, Tier, Window } from '../../core/principal'
import type { Told } from '../../core/within'
import type { Span } from './store'

/** What a counted call left: the window with the least remaining (the longer one of two that are equal). */
export interface Quota {
  window: Window
  limit: number
  remaining: number
  /** Unix seconds at which the window's oldest counted call leaves. */
  reset: number
  /** The window as the caller's plan has it. */
  span: Span
  /** Seconds until `reset`, by the clock of the store that counted. */
  resetsIn: number
  /** Every limited window of the caller, as the value of `RateLimit-Policy`. */
  policy: string
}

/** Wants to know what a call left. */
export interface Teller {
  counted?(quota: Quota): void
}

export interface Limits {
  /**
   * Takes `cost` calls from every limited window of the owner, or none and throws AppError `rate_limited` (429, `Retry-After`, data: tier,
   * limits, usage, reset_times; headers). A cost above a window's whole limit throws `upgrade_required`: waiting cannot help. `unavailable`
   * when nothing can be counted. Null for a caller without limits. What is counted is told to `teller` before the promise settles.
   */
  take(principal: Principal, cost: number, teller?: Teller): Promise<Quota | null>
  /** The same without a promise: `told` is told what it would settle with, by whoever counts for many. */
  tell(principal: Principal, cost: number, told: Told, teller?: Teller): void
  usage(principal: Principal): Promise<Usage>
  /**
   * Counts a request without a valid credential from this address; throws `rate_limited` when the address has used up its minute. Kept in
   * this process only, bounded.
   */
  takeAddress(address: string): void
  /** For `/status`. */
  check(): Promise<{ status: 'healthy' | 'degraded' | 'unhealthy'; detail?: string }>
  /** Drops what no window needs any more; returns rows removed. */
  prune(): Promise<number>
  close(): Promise<void>
}

/** Calls a window admits, by tier; -1 is unlimited. */
export type TierTable = Record<Tier, Record<Window, number>>
