import type { Draft } from '../ingest/metric'
import { nameDimension } from './dimensions'
import type { Cumulative } from './exponential'

/** A histogram at one moment. */
export interface Distribution {
  name: string
  dimensions: Record<string, string>
  /** Milliseconds since the epoch; undefined for now. */
  at: number | undefined
  buckets: Cumulative
  count: number
  sum: number | undefined
  metadata?: object | undefined
}

/** One number under a name. */
export function draftOf(
  name: string,
  dimensions: Record<string, string>,
  { at, value, metadata }: { at: number | undefined; value: number; metadata?: object | undefined },
): Draft {
  return {
    type: 'custom',
    ...(at !== undefined && { timestamp: timeOf(at) }),
    value,
    dimensions: { [nameDimension]: name, ...dimensions },
    ...(metadata && { metadata }),
  }
}

/** Of all dates there are, the last. */
const lastDate = 8.64e15
/** Smaller numbers are read as seconds. */
const leastMs = 2e10

/** Throws RangeError for what is no date: that must cost its own sample alone. */
function timeOf(at: number): number | string {
  if (Math.abs(at) > lastDate) throw new RangeError('a timestamp is out of range')
  return Math.abs(at) > leastMs ? at : new Date(at).toISOString()
}

/** The series that Prometheus makes of a histogram: `_bucket` with `le`, `_sum` and `_count`. */
export function distributionDrafts(distribution: Distribution): Draft[] {
  const { name, dimensions, at, buckets, count, sum, metadata } = distribution
  const bucket = (le: string, value: number) =>
    draftOf(`${name}_bucket`, { ...dimensions, le }, { at, value, metadata })
  return [
    ...buckets.map(({ bound, count: value }) => bucket(String(bound), value)),
    bucket('+Inf', count),
    ...(sum === undefined || Number.isNaN(sum)
      ? []
      : [draftOf(`${name}_sum`, dimensions, { at, value: sum, metadata })]),
    draftOf(`${name}_count`, dimensions, { at, value: count, metadata }),
  ]
}
