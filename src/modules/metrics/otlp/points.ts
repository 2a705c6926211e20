import type { Draft } from '../ingest/metric'
import { distributionDrafts, draftOf } from '../translate/distribution'
import { type Cumulative, toCumulative } from '../translate/exponential'
import { addAttributes, type Dimensions } from './attributes'
import type {
  Buckets,
  ExponentialPoint,
  HistogramPoint,
  NumberPoint,
  OtlpMetric,
  Point,
  SummaryPoint,
} from './messages'

/** What one metric came to. */
export interface Translated {
  drafts: Draft[]
  points: number
  /** Points that cannot be understood, with the reason. */
  faults: string[]
}

/** Set where a sender says that there is no value at this time. */
const noRecordedValue = 1
const delta = 1

/** Every data point of a metric as custom metrics; `common` are the dimensions of its resource and scope. */
export function translateMetric(metric: OtlpMetric, common: Dimensions): Translated {
  const found: Translated = { drafts: [], points: 0, faults: [] }
  const { gauge, sum, histogram, exponentialHistogram, summary } = metric
  const takeFrom = <P extends Point>(points: readonly P[], translate: (point: P, head: Head) => Draft[]) => {
    const metadata = metadataOf(metric)
    for (const point of points)
      take(found, point, () => translate(point, headOf(metric.name, point, common, metadata)))
  }
  if (metric.name === '') return { ...found, faults: ['a metric has no name'] }
  if (gauge) takeFrom(gauge.dataPoints, numberDrafts)
  if (sum) takeFrom(sum.dataPoints, numberDrafts)
  if (histogram) takeFrom(histogram.dataPoints, histogramDrafts)
  if (exponentialHistogram) takeFrom(exponentialHistogram.dataPoints, exponentialDrafts)
  if (summary) takeFrom(summary.dataPoints, summaryDrafts)
  return found
}

function take(found: Translated, point: Point, translate: () => Draft[]): void {
  found.points++
  if ((point.flags & noRecordedValue) !== 0) return
  try {
    found.drafts.push(...translate())
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    found.faults.push(error.message)
  }
}

/** A point whose parts contradict each other. */
class Misfit extends Error {}

interface Head {
  name: string
  dimensions: Dimensions
  at: number | undefined
  metadata: object | undefined
}

function headOf(
  name: string,
  { attributes, timeUnixNano }: Point,
  common: Dimensions,
  metadata: Head['metadata'],
): Head {
  const dimensions: Dimensions = {}
  addAttributes(dimensions, attributes)
  const at = timeUnixNano > 0 ? Math.round(timeUnixNano / 1e6) : undefined
  return { name, dimensions: { ...common, ...dimensions }, at, metadata }
}

/** What a reader needs to make sense of the numbers; most metrics need nothing. */
function metadataOf({ unit, sum, histogram, exponentialHistogram }: OtlpMetric): object | undefined {
  const { aggregationTemporality } = sum ?? histogram ?? exponentialHistogram ?? {}
  const isDelta = aggregationTemporality === delta
  if (!unit && !isDelta) return undefined
  return { ...(unit && { unit: unit.slice(0, 63) }), ...(isDelta && { temporality: 'delta' }) }
}

function numberDrafts(point: NumberPoint, { name, dimensions, at, metadata }: Head): Draft[] {
  const value = point.value && point[point.value]
  if (value === undefined) throw new Misfit(`${name}: a data point has no value`)
  return Number.isNaN(value) ? [] : [draftOf(name, dimensions, { at, value, metadata })]
}

function histogramDrafts(point: HistogramPoint, head: Head): Draft[] {
  const { bucketCounts, explicitBounds, count, sum } = point
  const buckets: Cumulative = []
  if (bucketCounts.length > 0 && bucketCounts.length !== explicitBounds.length + 1)
    throw new Misfit(`${head.name}: bucketCounts must be one more than explicitBounds`)
  let total = 0
  for (const [at, bound] of (bucketCounts.length > 0 ? explicitBounds : []).entries()) {
    total += bucketCounts[at]!
    buckets.push({ bound, count: total })
  }
  return distributionDrafts({ ...head, buckets, count, sum: sum ?? undefined })
}

function exponentialDrafts(point: ExponentialPoint, head: Head): Draft[] {
  const { scale, count, sum, zeroCount, zeroThreshold } = point
  if (scale < -10 || scale > 20) throw new Misfit(`${head.name}: scale must be from -10 to 20`)
  const positive = bucketsOf(point.positive)
  const negative = bucketsOf(point.negative)
  const buckets = toCumulative({ scale, zeroCount, zeroThreshold, positive, negative })
  return distributionDrafts({ ...head, buckets, count, sum: sum ?? undefined })
}

const bucketsOf = (buckets: Buckets | null | undefined) =>
  (buckets?.bucketCounts ?? []).map((count, at) => ({ index: buckets!.offset + at, count }))

function summaryDrafts(
  { quantileValues, sum, count }: SummaryPoint,
  { name, dimensions, at, metadata }: Head,
): Draft[] {
  const quantiles = quantileValues
    .filter(({ value }) => !Number.isNaN(value))
    .map(({ quantile, value }) =>
      draftOf(name, { ...dimensions, quantile: String(quantile) }, { at, value, metadata }),
    )
  return [
    ...quantiles,
    draftOf(`${name}_sum`, dimensions, { at, value: sum, metadata }),
    draftOf(`${name}_count`, dimensions, { at, value: count, metadata }),
  ]
}
