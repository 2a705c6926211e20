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

/** Custom metrics that fit: single samples at their own times, or hours where there are too many. */
export function customSeries(
  db: LocalConnection,
  matchers: readonly Matcher[],
  window: Window,
): SampleSeries[] {
  const grain = resolutionOf(db, window)
  return grain === 'raw' ? rawSamples(db, matchers, window) : rollupSamples(db, matchers, window, grain)
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

/**
 * One sample a quarter of the hour: of what only grows the highest of each hour, reached evenly; of anything else its average. What fell began anew,
 * so nothing is drawn between.
 */
function rollupSamples(
  db: LocalConnection,
  matchers: readonly Matcher[],
  { from, to }: Window,
  grain: Grain,
): SampleSeries[] {
  const sets = labelSets(
    keptSeries(db, 'custom', allKept, from, to),
    ({ service, dimensions }) => labelsOfCustom(service, dimensions),
    matchers,
  )
  const statement = db.statement<{ at: number; highest: number; average: number }>(
    `select at, value_max as highest, value_sum / count as average from ${tableOf[grain]}
     where series in (select value from json_each(?)) and at >= ? and at <= ? order by at`,
  )
  const first = startOf(grain, from) - grainLength[grain]
  return [...sets.values()].flatMap(({ labels, ids }) => {
    const rows = statement.all(JSON.stringify(ids), first, to)
    const grows = isCumulative(labels.get(nameLabel)!)
    const points = rows.flatMap((row, at) => quarters(row, grows ? rows[at - 1] : undefined, grain, grows))
    return points.length === 0 ? [] : [inOrder({ labels, points })]
  })
}

function quarters(
  row: { at: number; highest: number; average: number },
  before: { at: number; highest: number } | undefined,
  grain: Grain,
  grows: boolean,
): [number, number][] {
  const length = grainLength[grain]
  const [end, start] = grows
    ? [row.highest, before && before.highest <= row.highest ? before.highest : row.highest]
    : [row.average, row.average]
  return [1, 2, 3, 4].map((part) => [row.at + (length * part) / 4 - 1, start + ((end - start) * part) / 4])
}
