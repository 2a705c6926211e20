import { quantileOf } from './quantile'
import type { RangeWindow } from './range-window'
import { extrapolatedChange, lastChange } from './rate'

/** Undefined: the series has no value here. `param` is the scalar argument where there is one. */
export type RangeFunction = (window: RangeWindow, param: number) => number | undefined

const fold =
  (step: (sum: number, value: number) => number): RangeFunction =>
  ({ values, first, last }) => {
    let result = values[first]!
    for (let at = first + 1; at <= last; at++) result = step(result, values[at]!)
    return result
  }

const size = ({ first, last }: RangeWindow) => last - first + 1
const sum = fold((total, value) => total + value) as (window: RangeWindow, param: number) => number

const countPairs =
  (counts: (value: number, before: number) => boolean): RangeFunction =>
  ({ values, first, last }) => {
    let found = 0
    for (let at = first + 1; at <= last; at++) if (counts(values[at]!, values[at - 1]!)) found++
    return found
  }

function variance(window: RangeWindow): number {
  const { values, first, last } = window
  const mean = sum(window, 0) / size(window)
  let squares = 0
  for (let at = first; at <= last; at++) squares += (values[at]! - mean) ** 2
  return squares / size(window)
}

/** Slope per second, and the value at a time (milliseconds), by least squares; undefined for fewer than two samples. */
function regression({ times, values, first, last }: RangeWindow, time: number) {
  if (last === first) return undefined
  let [x, y, xy, xx] = [0, 0, 0, 0]
  let isConstant = true
  for (let at = first; at <= last; at++) {
    const seconds = (times[at]! - time) / 1000
    if (values[at] !== values[first]) isConstant = false
    x += seconds
    y += values[at]!
    xy += seconds * values[at]!
    xx += seconds * seconds
  }
  if (isConstant)
    return Number.isFinite(values[first])
      ? { slope: 0, value: values[first]! }
      : { slope: Number.NaN, value: Number.NaN }
  const count = last - first + 1
  const slope = (xy - (x * y) / count) / (xx - (x * x) / count)
  return { slope, value: y / count - (slope * x) / count }
}

const deriv: RangeFunction = (window) => regression(window, window.times[window.first]!)?.slope

/** Where the line through the samples will be so many seconds after the evaluation. */
const predictLinear: RangeFunction = (window, seconds) => {
  const line = regression(window, window.time)
  return line && line.slope * seconds + line.value
}

/** Functions of a range vector, by name. */
export const rangeFunctions: Record<string, RangeFunction> = {
  rate(window) {
    const change = extrapolatedChange(window, true)
    return change === undefined ? undefined : change / ((window.to - window.from) / 1000)
  },
  increase: (window) => extrapolatedChange(window, true),
  delta: (window) => extrapolatedChange(window, false),
  irate: (window) => lastChange(window, true),
  idelta: (window) => lastChange(window, false),
  deriv,
  predict_linear: predictLinear,
  sum_over_time: sum,
  avg_over_time: (window, param) => sum(window, param) / size(window),
  min_over_time: fold((least, value) => (value < least || Number.isNaN(least) ? value : least)),
  max_over_time: fold((most, value) => (value > most || Number.isNaN(most) ? value : most)),
  count_over_time: size,
  last_over_time: ({ values, last }) => values[last]!,
  present_over_time: () => 1,
  stddev_over_time: (window) => Math.sqrt(variance(window)),
  stdvar_over_time: variance,
  quantile_over_time: ({ values, first, last }, q) => quantileOf(q, values.slice(first, last + 1)),
  changes: countPairs((value, before) => value !== before && !(Number.isNaN(value) && Number.isNaN(before))),
  resets: countPairs((value, before) => value < before),
}
