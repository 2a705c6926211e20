import { labelsOf } from '../../../src/modules/metrics/promql/labels'
import { matchesAll } from '../../../src/modules/metrics/promql/matcher'
import type { SampleSeries, SampleSource } from '../../../src/modules/metrics/promql/sample-source'

/** Samples that were given, whatever the window. */
export const memorySource = (all: readonly SampleSeries[]): SampleSource => ({
  select: (matchers) => all.filter(({ labels }) => matchesAll(labels, matchers)),
  series: (selectors) =>
    all.map(({ labels }) => labels).filter((labels) => selectors.some((one) => matchesAll(labels, one))),
})

/** One series of `[time in ms, value]`. */
export const seriesOf = (
  labels: Record<string, string>,
  points: readonly [number, number][],
): SampleSeries => ({
  labels: labelsOf(Object.entries(labels)),
  times: Float64Array.from(points, ([time]) => time),
  values: Float64Array.from(points, ([, value]) => value),
})
