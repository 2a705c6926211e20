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

/** Texts, one a metric, where their bytes stand already. */
export interface Texts {
  /** Has them in UTF-8, among other bytes, and at least `spare` more behind the last. */
  bytes: Uint8Array
  starts: Int32Array
  /** Bytes of each; 0 for none. */
  sizes: Int32Array
}

/** Bytes: texts are copied four bytes at a time. */
export const spare = 3

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

/** Texts as bytes, one behind the other. */
export function textsOf(texts: readonly string[]): Texts {
  const starts = new Int32Array(texts.length)
  const sizes = new Int32Array(texts.length)
  let size = 0
  for (let at = 0; at < texts.length; at++) {
    starts[at] = size
    sizes[at] = Buffer.byteLength(texts[at]!)
    size += sizes[at]!
  }
  const bytes = new Uint8Array(size + spare)
  encoder.encodeInto(texts.join(''), bytes)
  return { bytes, starts, sizes }
}

/** Those of them that are to be kept. */
export function pick({ series, at, value, duration, metadata }: Columns, kept: readonly boolean[]): Columns {
  const isKept = (_: unknown, row: number) => kept[row]
  const { bytes, starts, sizes } = metadata
  return {
    series: series.filter(isKept),
    at: at.filter(isKept),
    value: value.filter(isKept),
    duration: duration.filter(isKept),
    metadata: { bytes, starts: starts.filter(isKept), sizes: sizes.filter(isKept) },
  }
}
