import type { LocalConnection } from '../../../../core/local-database'
import { rawSeries } from '../../query/raw-scan'
import { allKept } from '../../rollups/kept-dimensions'
import { type Grain, grainLength, startOf, tableOf } from '../../rollups/rollup'
import { type Labels, nameLabel, signature } from '../labels'
import { type Matcher, matchesAll } from '../matcher'
import type { SampleSeries, Window } from '../sample-source'
import { isCumulative, labelsOfCustom } from './instrument'
import { keptSeries, labelSets } from './label-sets'
import { rawPoints } from './raw-points'
import { resolutionOf } from './resolution'
import { checkSize, samplingTimes } from './sampling'

/** Custom metrics that fit: single samples at their own times, or hours where there are too many. */
export function customSeries(
  db: LocalConnection,
  matchers: readonly Matcher[],
  window: Window,
  now: number,
): SampleSeries[] {
  const grain = resolutionOf(db, window)
  return grain === 'raw'
    ? rawSamples(db, matchers, window)
    : rollupSamples(db, matchers, window, { grain, now })
}

interface Points {
  labels: Labels
  points: [at: number, value: number][]
}

function rawSamples(db: LocalConnection, matchers: readonly Matcher[], { from, to }: Window): SampleSeries[] {
  const byId = new Map<number, Points>()
  const byLabels = new Map<string, Points>()
  for (const [id, { service, dimensions }] of rawSeries(
    db,
    { type: 'custom', period: { from, to: to + 1 } },
    () => true,
  )) {
    if (!dimensions.has('metric_name')) continue
    const labels = labelsOfCustom(service, dimensions)
    if (!matchesAll(labels, matchers)) continue
    const key = signature(labels)
    const points = byLabels.get(key) ?? { labels, points: [] }
    byLabels.set(key, points)
    byId.set(id, points)
  }
  for (const [id, at, value] of rawPoints(db, [...byId.keys()], from, to))
    byId.get(id)!.points.push([at, value])
  return [...byLabels.values()].filter(({ points }) => points.length > 0).map(inOrder)
}

/** By time; of several at one time the last that came. */
function inOrder({ labels, points }: Points): SampleSeries {
  const byTime = new Map(points.sort(([a], [b]) => a - b))
  return { labels, times: Float64Array.from(byTime.keys()), values: Float64Array.from(byTime.values()) }
}

interface Span {
  at: number
  highest: number
  average: number
}

/**
 * Samples as if it had been scraped: of what only grows what it had come to, each hour's highest reached evenly; of anything else the average of the hour. What
 * fell began anew, so nothing is drawn between.
 */
function rollupSamples(
  db: LocalConnection,
  matchers: readonly Matcher[],
  window: Window,
  { grain, now }: { grain: Grain; now: number },
): SampleSeries[] {
  const sets = labelSets(
    keptSeries(db, 'custom', allKept, window.from, window.to),
    ({ service, dimensions }) => labelsOfCustom(service, dimensions),
    matchers,
  )
  const times = samplingTimes(window, now, sets.size)
  checkSize(sets.size, times.length)
  const statement = db.statement<Span & Record<string, unknown>>(
    `select at, max(value_max) as highest, sum(value_sum) / sum(count) as average from ${tableOf[grain]}
     where series in (select value from json_each(?)) and at >= ? and at <= ? group by at order by at`,
  )
  const first = startOf(grain, window.from) - grainLength[grain]
  return [...sets.values()].flatMap(({ labels, ids }) => {
    window.spend(times.length)
    const spans = statement.all(JSON.stringify(ids), first, window.to)
    const valueAt = isCumulative(labels.get(nameLabel)!) ? grownAt : averageAt
    const points = pointsOf(spans, times, { grain, now }, valueAt)
    return points.length === 0 ? [] : [inOrder({ labels, points })]
  })
}

type ValueAt = (span: Span, before: Span | undefined, share: number) => number

const averageAt: ValueAt = ({ average }) => average

const grownAt: ValueAt = ({ highest }, before, share) =>
  before && before.highest <= highest ? before.highest + (highest - before.highest) * share : highest

/** At each of the times that lies in a span, or at its end. */
function pointsOf(
  spans: Span[],
  times: Float64Array,
  { grain, now }: { grain: Grain; now: number },
  valueAt: ValueAt,
): [at: number, value: number][] {
  const points: [number, number][] = []
  let place = 0
  for (const time of times) {
    while (place + 1 < spans.length && spans[place + 1]!.at < time) place++
    const span = spans[place]
    if (!span || span.at >= time || time > span.at + grainLength[grain]) continue
    const length = Math.min(grainLength[grain], now - span.at)
    points.push([time, valueAt(span, spans[place - 1], Math.min(1, (time - span.at) / length))])
  }
  return points
}
