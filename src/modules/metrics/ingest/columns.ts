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
  /** UTF-16 units of each. */
  lengths: ArrayLike<number>
}

/** Bytes: texts are copied four bytes at a time. */
export const spare = 3

export function columnsOf(metrics: readonly Metric[]): Columns {
  return {
    series: metrics.map(({ series }) => series),
    at: Float64Array.from(metrics, ({ at }) => at),
    value: Float64Array.from(metrics, ({ value }) => value),
    duration: Float64Array.from(metrics, ({ durationMs }) => durationMs ?? Number.NaN),
    metadata: textsOf(metrics.map(({ metadata }) => metadata ?? '')),
  }
}

/** Texts as bytes, one behind the other. */
export function textsOf(texts: readonly string[]): Texts {
  const sizes = Int32Array.from(texts, (text) => Buffer.byteLength(text))
  const starts = new Int32Array(texts.length)
  for (let at = 1; at < texts.length; at++) starts[at] = starts[at - 1]! + sizes[at - 1]!
  const bytes = new TextEncoder().encode(texts.join('') + '\0'.repeat(spare))
  return { bytes, starts, sizes, lengths: texts.map(({ length }) => length) }
}

/** Those of them that are to be kept. */
export function pick({ series, at, value, duration, metadata }: Columns, kept: readonly boolean[]): Columns {
  const isKept = (_: unknown, row: number) => kept[row]
  const { bytes, starts, sizes, lengths } = metadata
  return {
    series: series.filter(isKept),
    at: at.filter(isKept),
    value: value.filter(isKept),
    duration: duration.filter(isKept),
    metadata: {
      bytes,
      starts: starts.filter(isKept),
      sizes: sizes.filter(isKept),
      lengths: Array.from(lengths).filter(isKept),
    },
  }
}
