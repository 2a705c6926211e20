import type { Metric, Series } from './metric'
import type { Batch } from './record'

/** Metrics as the columns of one record. */
export function batchOf(
  requestId: string,
  receivedAt: number,
  metrics: readonly Metric[],
  idempotencyKeys: string[],
): Batch {
  const batch: Batch = {
    requestId,
    receivedAt,
    series: [],
    seriesOf: [],
    at: [],
    value: [],
    duration: [],
    metadata: [],
    idempotencyKeys,
  }
  const places = new Map<Series, number>()
  for (const metric of metrics) {
    batch.seriesOf.push(placeOf(metric.series, places, batch.series))
    batch.at.push(metric.at)
    batch.value.push(metric.value)
    batch.duration.push(metric.durationMs ?? Number.NaN)
    batch.metadata.push(metric.metadata ?? '')
  }
  return batch
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
