import type { Labels } from './labels'
import type { Matcher } from './matcher'

/** The samples of one series in ascending time; times are milliseconds since the epoch, each one once. */
export interface SampleSeries {
  labels: Labels
  times: Float64Array
  values: Float64Array
}

/** What a selector will look at: samples in `(from, to]`, evaluated every `step` milliseconds (0: once). */
export interface Window {
  from: number
  to: number
  step: number
  /** Length of the range in brackets; undefined for an instant selector. */
  range: number | undefined
  /**
   * Of these labels alone the rates will be summed: series of one metric that never fall may come as their sums over them, with these labels, those of the
   * conditions and the name.
   */
  sumBy?: readonly string[]
  /** Told of samples as they are made; throws when there are too many or the time is over. */
  spend(samples: number): void
}

/** Where the samples come from. All times are milliseconds since the epoch. */
export interface SampleSource {
  /** Every series that fits with its samples in the window; series without any may be left out. */
  select(matchers: readonly Matcher[], window: Window): SampleSeries[]
  /**
   * The labels of every series with samples between the times that fits one of the selectors; all when there is none. `only`: nobody looks at others than these,
   * and they need not be there.
   */
  series(
    selectors: readonly (readonly Matcher[])[],
    from: number,
    to: number,
    only?: readonly string[],
  ): Labels[]
}
