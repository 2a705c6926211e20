import type { Metric, Series } from './metric'

/** Metrics that fit, as columns. */
export interface Columns {
  /** One a metric. */
  series: readonly Series[]
  /** Milliseconds since the epoch. */
  at: Float64Array
  value: Float64Array
  /** Milliseconds; NaN for none. */
  duration: Float64Array
  metadata: Texts
}

/** Texts in UTF-8, one a metric, one behind the other. */
export interface Texts {
  bytes: Uint8Array
  /** Bytes of each; 0 for none, below 0 (the same number) for metadata that surely name no error code. */
  sizes: Int32Array
}

export function columnsOf(metrics: readonly Metric[]): Columns {
  const column = () => new Float64Array(metrics.length)
  const [at, value, duration] = [column(), column(), column()]
  for (let row = 0; row < metrics.length; row++) {
    const metric = metrics[row]!
    at[row] = metric.at
    value[row] = metric.value
    duration[row] = metric.durationMs ?? Number.NaN
  }
  const series = metrics.map((metric) => metric.series)
  return { series, at, value, duration, metadata: textsOf(metrics.map(({ metadata }) => metadata ?? '')) }
}

const encoder = new TextEncoder()

export const textsOf = (texts: readonly string[]): Texts => ({
  bytes: encoder.encode(texts.join('')),
  sizes: Int32Array.from(texts, (text) => Buffer.byteLength(text)),
})

/** Those of them that are to be kept. */
export function pick(columns: Columns, kept: readonly boolean[]): Columns {
  if (!kept.includes(false)) return columns
  const { series, at, value, duration, metadata } = columns
  const isKept = (_: unknown, row: number) => kept[row]
  return {
    series: series.filter(isKept),
    at: at.filter(isKept),
    value: value.filter(isKept),
    duration: duration.filter(isKept),
    metadata: pickTexts(metadata, kept),
  }
}

function pickTexts({ bytes, sizes }: Texts, kept: readonly boolean[]): Texts {
  const pieces: Uint8Array[] = []
  let end = 0
  for (let row = 0; row < sizes.length; row++) {
    const size = Math.abs(sizes[row]!)
    end += size
    if (kept[row]) pieces.push(bytes.subarray(end - size, end))
  }
  return { bytes: Buffer.concat(pieces), sizes: sizes.filter((_, row) => kept[row]) }
}
