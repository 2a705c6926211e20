import type { MetricObjectWithValues, MetricValue, MetricValueWithName } from 'prom-client'

/** What prom-client tells of one series. */
export type Series = MetricObjectWithValues<MetricValue<string>>

export interface Moment {
  /** Nanoseconds since the epoch, as OTLP's JSON wants them: text. */
  start: string
  now: string
}

const attribute = (key: string, value: unknown) => ({ key, value: { stringValue: String(value) } })

/** The body of an OTLP/HTTP metrics request (JSON encoding), cumulative since `start`. */
export function otlpPayload(series: Series[], resource: Record<string, string>, moment: Moment): object {
  const metrics = series.filter(({ values }) => values.length > 0).map((one) => metricOf(one, moment))
  const attributes = Object.entries(resource).map(([key, value]) => attribute(key, value))
  return {
    resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ scope: { name: 'holdfast' }, metrics }] }],
  }
}

const cumulative = 2

function metricOf({ name, help, type, values }: Series, moment: Moment): object {
  const head = { name, description: help }
  // prom-client's type is an enum in its declarations and a word in its answers.
  const kind = String(type)
  if (kind === 'histogram') {
    const dataPoints = histogramPoints(values as MetricValueWithName<string>[], moment)
    return { ...head, unit: 's', histogram: { aggregationTemporality: cumulative, dataPoints } }
  }
  const dataPoints = values.map(({ value, labels }) => ({ ...pointOf(labels, moment), asDouble: value }))
  if (kind === 'counter')
    return { ...head, sum: { aggregationTemporality: cumulative, isMonotonic: true, dataPoints } }
  return { ...head, gauge: { dataPoints } }
}

const pointOf = (labels: object, { start, now }: Moment) => ({
  attributes: Object.entries(labels).map(([key, value]) => attribute(key, value)),
  startTimeUnixNano: start,
  timeUnixNano: now,
})

interface Histogram {
  labels: object
  bounds: number[]
  /** Cumulative, as Prometheus counts. */
  counts: number[]
  sum: number
  count: number
}

/** prom-client lists a histogram as one value a bucket, `_sum` and `_count`; OTLP wants one point with counts between the bounds. */
function histogramPoints(values: MetricValueWithName<string>[], moment: Moment): object[] {
  const found = new Map<string, Histogram>()
  for (const { metricName = '', labels, value } of values) {
    const { le, ...rest } = labels as Record<string, string | number>
    const key = JSON.stringify(rest)
    const point = found.get(key) ?? { labels: rest, bounds: [], counts: [], sum: 0, count: 0 }
    found.set(key, point)
    if (metricName.endsWith('_sum')) point.sum = value
    else if (metricName.endsWith('_count')) point.count = value
    else if (le !== '+Inf') {
      point.bounds.push(Number(le))
      point.counts.push(value)
    }
  }
  return [...found.values()].map(({ labels, bounds, counts, sum, count }) => ({
    ...pointOf(labels, moment),
    count: String(count),
    sum,
    explicitBounds: bounds,
    bucketCounts: [...counts, count].map((total, at) => String(total - (counts[at - 1] ?? 0))),
  }))
}
