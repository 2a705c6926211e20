import type { LocalConnection } from '../../../../core/local-database'
import { rawSeries } from '../../query/raw-scan'
import { startOf } from '../../rollups/rollup'
import { signature } from '../labels'
import { exactName, type Matcher, matchesAll } from '../matcher'
import type { SampleSeries, Window } from '../sample-source'
import { cumulativeSeries, type Increment } from './cumulative'
import type { Instrument } from './instrument'
import { keptSeries, type LabelSet, labelSets } from './label-sets'
import { rawPoints } from './raw-points'
import { resolutionOf } from './resolution'
import { countedBefore, rollupIncrements, type Span, spansBetween } from './rollup-increments'
import { checkSize, samplingTimes } from './sampling'
import { type Tally, type Tallying, tallyingOf } from './tally'
import { type View, viewOf } from './view'

/** What is known when a selector is read. */
export interface StoredOptions {
  /** Upper bounds of the buckets, seconds. */
  bounds: readonly number[]
  /** Milliseconds since the epoch. */
  now: number
}

/** The series of one instrument that fit, sampled for the window. */
export function instrumentSeries(
  db: LocalConnection,
  instrument: Instrument,
  matchers: readonly Matcher[],
  window: Window,
  { bounds, now }: StoredOptions,
): SampleSeries[] {
  const plain = matchers.filter(({ name }) => name !== 'le')
  const tallying = tallyingOf(instrument, bounds)
  const sumBy = exactName(matchers) === undefined ? undefined : window.sumBy
  const { level, labelsFor } = viewOf(instrument, plain, sumBy)
  const sets = labelSets(keptSeries(db, instrument.type, level, window.from, window.to), labelsFor, plain)
  const times = samplingTimes(window, now, sets.size * tallying.size)
  if (times.length === 0) return []
  checkSize(sets.size * tallying.size, times.length)
  const grain = resolutionOf(db, window, true)
  const increments =
    grain === 'raw' ? rawIncrements(db, { ...instrument, labelsFor }, sets, times, tallying) : undefined
  const from = startOf(grain === 'day' ? 'day' : 'hour', times[0]!)
  const spans: Span[] = grain === 'day' ? [{ grain, from, to: times.at(-1)! }] : spansBetween(times, from)
  const series = [...sets].flatMap(([key, { labels, ids }]) => {
    window.spend(times.length * tallying.size)
    const found = increments
      ? (increments.get(key) ?? [])
      : rollupIncrements(db, ids, { spans, now }, tallying)
    return cumulativeSeries(labels, tallying, countedBefore(db, ids, from, tallying), found, times)
  })
  return plain.length === matchers.length
    ? series
    : series.filter(({ labels }) => matchesAll(labels, matchers))
}

/** What was counted up to each sampling time since the one before, by the signature of the labels. */
function rawIncrements(
  db: LocalConnection,
  { type, labelsFor }: Pick<Instrument, 'type'> & Pick<View, 'labelsFor'>,
  sets: Map<string, LabelSet>,
  times: Float64Array,
  tallying: Tallying,
): Map<string, Increment[]> {
  const from = startOf('hour', times[0]!)
  const keys = new Map<number, string>()
  const period = { from, to: times.at(-1)! + 1 }
  for (const [id, one] of rawSeries(db, { type, period }, () => true)) {
    const key = signature(labelsFor(one))
    if (sets.has(key)) keys.set(id, key)
  }
  const found = new Map<string, Map<number, Tally>>()
  for (const [id, at, value, duration] of rawPoints(db, [...keys.keys()], from, times.at(-1)!)) {
    const key = keys.get(id)!
    const tallies = found.get(key) ?? new Map<number, Tally>()
    found.set(key, tallies)
    const time = times[nextTime(times, at)]!
    const tally = tallies.get(time) ?? new Float64Array(tallying.size)
    tallies.set(time, tally)
    tallying.addRow(tally, value, duration)
  }
  return new Map([...found].map(([key, tallies]) => [key, inOrder(tallies)]))
}

const inOrder = (tallies: Map<number, Tally>): Increment[] =>
  [...tallies].toSorted(([a], [b]) => a - b).map(([at, tally]) => ({ from: at, to: at, tally }))

/** Index of the first time that is not before `at`. */
function nextTime(times: Float64Array, at: number): number {
  let [low, high] = [0, times.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! < at) low = middle + 1
    else high = middle
  }
  return low
}
