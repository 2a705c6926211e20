import type { RangeWindow } from './range-window'

/**
 * What a counter (or with `counter` false a gauge) changed over the range, extrapolated to its ends as Prometheus 3 does: by at most half
 * the average distance of samples where the range's end is further away than 1.1 of it, and for a counter never beyond its zero.
 * Undefined for fewer than two samples.
 */
export function extrapolatedChange(window: RangeWindow, counter: boolean): number | undefined {
  const { times, values, first, last } = window
  if (last - first < 1) return undefined
  const change = changeOf(window, counter)
  const sampled = (times[last]! - times[first]!) / 1000
  const average = sampled / (last - first)
  const threshold = average * 1.1
  let toStart = (times[first]! - window.from) / 1000
  if (toStart >= threshold) toStart = average / 2
  if (counter && change > 0 && values[first]! >= 0)
    toStart = Math.min(toStart, sampled * (values[first]! / change))
  let toEnd = (window.to - times[last]!) / 1000
  if (toEnd >= threshold) toEnd = average / 2
  return (change * (sampled + toStart + toEnd)) / sampled
}

/** Last minus first; a counter that fell began anew, so what it had reached is added. */
function changeOf({ values, first, last }: RangeWindow, counter: boolean): number {
  let change = values[last]! - values[first]!
  if (!counter) return change
  for (let at = first + 1; at <= last; at++) {
    if (values[at]! < values[at - 1]!) change += values[at - 1]!
  }
  return change
}

/** The change between the last two samples, per second when `perSecond`; a counter that fell began at zero. */
export function lastChange(window: RangeWindow, counter: boolean): number | undefined {
  const { times, values, first, last } = window
  if (last - first < 1) return undefined
  const seconds = (times[last]! - times[last - 1]!) / 1000
  const before = values[last - 1]!
  const now = values[last]!
  if (!counter) return now - before
  return (now < before ? now : now - before) / seconds
}
