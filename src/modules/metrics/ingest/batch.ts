import type { Metric, Series } from './metric'
import type { Batch } from './record'

/** Metrics as the columns of one record. */
export function batchOf(
  requestId: string,
  receivedAt: number,
  metrics: readonly Metric[],
  idempotencyKeys: string[],
): Batch {
  const column = () => new Float64Array(metrics.length)
  const [seriesOf, at, value, duration] = [column(), column(), column(), column()]
  const metadata: string[] = []
  const series: string[] = []
  const places = new Map<Series, number>()
  for (let row = 0; row < metrics.length; row++) {
    const metric = metrics[row]!
    seriesOf[row] = placeOf(metric.series, places, series)
    at[row] = metric.at
    value[row] = metric.value
    duration[row] = metric.durationMs ?? Number.NaN
    metadata.push(metric.metadata ?? '')
  }
  return { requestId, receivedAt, series, seriesOf, at, value, duration, metadata, idempotencyKeys }
}

function placeOf(series: Series, places: Map<Series, number>, texts: string[]): number {
  let place = places.get(series)
  if (place === undefined) {
    place = texts.length
    places.set(series, place)
    texts.push(series.text)
  }
  return place
}
