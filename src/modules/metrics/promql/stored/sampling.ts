import { grainLength, startOf } from '../../rollups/rollup'
import { lookback } from '../lookback'
import { failed } from '../promql-error'
import type { Window } from '../sample-source'

/** Counters are told as if they had been scraped so often: Prometheus' usual interval, in milliseconds. */
export const scrapeInterval = 15_000

/** A range is told by at most so many samples; by fewer where that would be too many over all series. */
const densities = [240, 60, 20, 8, 4]

/** From here on a single range is told by its ends and its days. */
const longRange = 8 * grainLength.day

/** Samples of one selector that are not thinned out. */
const fewSamples = 2_000_000

/** Samples of one selector, over all its series. */
const mostSamples = 20_000_000

/**
 * The times at which counters are sampled for a window: multiples of the scrape interval, or of more of them in a long range or for many series.
 * Where steps are further apart than what each of them looks at, only what is looked at.
 */
export function samplingTimes(window: Window, now: number, series: number): Float64Array {
  let times = new Float64Array()
  for (const density of densities) {
    times = timesOf(window, now, density)
    if (times.length * series <= fewSamples) break
  }
  return times
}

function timesOf({ from, to, step, range }: Window, now: number, density: number): Float64Array<ArrayBuffer> {
  const span = range ?? scrapeInterval
  const between = scrapeInterval * Math.max(1, Math.floor(span / density / scrapeInterval))
  const end = Math.min(to, now)
  if (step === 0 && span >= longRange) return endsAndDays(from, end)
  const times: number[] = []
  const add = (start: number, until: number) => {
    for (let at = (Math.floor(start / between) + 1) * between; at <= until; at += between) {
      if (times.length === 0 || at > times.at(-1)!) times.push(at)
    }
  }
  if (step > 0 && step > span) {
    for (let at = from + (range ?? lookback); at <= end; at += step) add(at - span, at)
  } else {
    add(range === undefined ? from + lookback - span : from, end)
  }
  return Float64Array.from(times)
}

/** Of one long range its ends and the days between: whole days serve there, a twenty-fourth of what is read. */
function endsAndDays(from: number, to: number): Float64Array<ArrayBuffer> {
  const first = (Math.floor(from / scrapeInterval) + 1) * scrapeInterval
  const last = Math.floor(to / scrapeInterval) * scrapeInterval
  const times = [first]
  for (let at = startOf('day', first) + grainLength.day; at < last; at += grainLength.day) times.push(at)
  return Float64Array.from(last > first ? [...times, last] : times)
}

/** Throws when so many series at so many times are too much. */
export function checkSize(series: number, times: number): void {
  if (series * times <= mostSamples) return
  throw failed(
    `query processing would load more than ${mostSamples} samples: ask for fewer series, a longer step or a shorter time`,
  )
}
