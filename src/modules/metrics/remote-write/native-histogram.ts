import { type Bucket, type Cumulative, toCumulative } from '../translate/exponential'
import type { NativeHistogram, Span } from './messages'

/** Of this schema the bounds are written out. */
const customSchema = -53

/** A native histogram's observations, and how many of them lie at or below each bound. Throws RangeError where its parts contradict each other. */
export function readHistogram(histogram: NativeHistogram): { count: number; buckets: Cumulative } {
  const { schema, customValues } = histogram
  const count = histogram[histogram.count ?? 'countInt']
  const { positiveSpans, positiveDeltas, positiveCounts } = histogram
  const positive = bucketsOf(positiveSpans, positiveDeltas, positiveCounts)
  if (schema === customSchema) return { count, buckets: customBuckets(customValues, positive) }
  if (schema < -4 || schema > 8) throw new RangeError(`schema ${schema} of a native histogram is not known`)
  const { negativeSpans, negativeDeltas, negativeCounts, zeroThreshold } = histogram
  const buckets = toCumulative({
    scale: schema,
    zeroCount: histogram[histogram.zeroCount ?? 'zeroCountInt'],
    zeroThreshold,
    positive: positive.map(oneLower),
    negative: bucketsOf(negativeSpans, negativeDeltas, negativeCounts).map(oneLower),
  })
  return { count, buckets }
}

/** Prometheus numbers a bucket by its upper bound. */
const oneLower = ({ index, count }: Bucket): Bucket => ({ index: index - 1, count })

const mostBuckets = 10_000

/** Spans say which buckets there are; whole counts are written as differences to the bucket before. */
function bucketsOf(spans: readonly Span[], deltas: readonly number[], counts: readonly number[]): Bucket[] {
  const values = counts.length > 0 ? counts : runningTotals(deltas)
  const total = spans.reduce((sum, { length }) => sum + length, 0)
  if (total !== values.length || total > mostBuckets)
    throw new RangeError('the spans of a native histogram do not fit its buckets')
  const buckets: Bucket[] = []
  let index = 0
  for (const { offset, length } of spans) {
    index += offset
    for (let i = 0; i < length; i++) buckets.push({ index: index++, count: values[buckets.length]! })
  }
  return buckets
}

function runningTotals(deltas: readonly number[]): number[] {
  let total = 0
  return deltas.map((delta) => (total += delta))
}

function customBuckets(bounds: readonly number[], filled: readonly Bucket[]): Cumulative {
  const counts = new Map(filled.map(({ index, count }) => [index, count]))
  let total = 0
  return bounds.map((bound, at) => {
    total += counts.get(at) ?? 0
    return { bound, count: total }
  })
}
