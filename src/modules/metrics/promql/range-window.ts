/** The samples `first`…`last` of a series that lie in `(from, to]`, in milliseconds; at least one. */
export interface RangeWindow {
  times: Float64Array
  values: Float64Array
  first: number
  last: number
  from: number
  to: number
  /** When it is evaluated: `to`, but for `offset` and `@`. */
  time: number
}
