import type { Labels } from './labels'
import type { SampleSource } from './sample-source'

/** The times at which an expression is evaluated: `start`, `start + step`, …, in milliseconds. */
export interface Steps {
  start: number
  step: number
  count: number
}

export const timeAt = ({ start, step }: Steps, at: number): number => start + at * step

/** One series over all steps; `has[i]` is 0 where there is no value. */
export interface Column {
  labels: Labels
  values: Float64Array
  has: Uint8Array
}

export type Value =
  | { type: 'scalar'; values: Float64Array }
  | { type: 'string'; value: string }
  | { type: 'vector'; columns: Column[] }

/** What the parts of one evaluation share. */
export interface Evaluation {
  source: SampleSource
  steps: Steps
  /** Of the whole query, in milliseconds. */
  whole: { start: number; end: number }
  /** How far an instant selector looks back for the last sample, in milliseconds. */
  lookback: number
  /** Counts samples and points; throws when there are too many or the time is over. */
  spend(points: number): void
  /** Counts samples that are looked at, once for every step that looks at them; throws when the time is over. */
  look(samples: number): void
}

export const newColumn = (labels: Labels, count: number): Column => ({
  labels,
  values: new Float64Array(count),
  has: new Uint8Array(count),
})

/** The column with every value replaced; `change` may answer undefined to leave one out. */
export function mapColumn(
  { labels, values, has }: Column,
  change: (value: number, at: number) => number | undefined,
  renamed: Labels = labels,
): Column {
  const result = newColumn(renamed, values.length)
  for (let at = 0; at < values.length; at++) {
    if (has[at] === 0) continue
    const value = change(values[at]!, at)
    if (value === undefined) continue
    result.values[at] = value
    result.has[at] = 1
  }
  return result
}
