import type { Child, Family } from './family'

export interface Moment {
  /** Nanoseconds since the epoch, as OTLP's JSON wants them: text. */
  start: string
  now: string
}

const attribute = (key: string, value: unknown) => ({ key, value: { stringValue: String(value) } })

/** The body of an OTLP/HTTP metrics request (JSON encoding), cumulative since `start`. */
export function otlpPayload(
  families: Iterable<Family>,
  resource: Record<string, string>,
  moment: Moment,
): object {
  const metrics = [...families]
    .map((family) => metricOf(family, [...family.children()], moment))
    .filter((metric) => metric !== undefined)
  const attributes = Object.entries(resource).map(([key, value]) => attribute(key, value))
  return {
    resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ scope: { name: 'holdfast' }, metrics }] }],
  }
}

const cumulative = 2

function metricOf(family: Family, children: Child[], moment: Moment): object | undefined {
  if (children.length === 0) return undefined
  const { name, help, kind } = family
  const head = { name, description: help }
  const dataPoints = children.map((child) => ({
    ...pointOf(family, child, moment),
    ...(kind === 'histogram' ? distributionOf(family, child) : { asDouble: child.value }),
  }))
  if (kind === 'histogram')
    return { ...head, unit: 's', histogram: { aggregationTemporality: cumulative, dataPoints } }
  if (kind === 'counter')
    return { ...head, sum: { aggregationTemporality: cumulative, isMonotonic: true, dataPoints } }
  return { ...head, gauge: { dataPoints } }
}

const pointOf = ({ labelNames }: Family, { labels }: Child, { start, now }: Moment) => ({
  attributes: labelNames.flatMap((name, at) => (labels[at] ? [attribute(name, labels[at])] : [])),
  startTimeUnixNano: start,
  timeUnixNano: now,
})

const distributionOf = ({ bounds }: Family, { counts, value }: Child) => ({
  count: String(counts.reduce((sum, count) => sum + count, 0)),
  sum: value,
  explicitBounds: bounds,
  bucketCounts: counts.map(String),
})
