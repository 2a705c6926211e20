import type { Columns } from '../columns'
import { limits } from '../limits'
import type { Series } from '../metric'

/** Metrics while they are read, in columns that every body uses again. */
export interface Rows extends Omit<Columns, 'series' | 'metadata'> {
  series: Series[]
  /** Where metadata begin, and their bytes; 0 for none. */
  starts: Int32Array
  sizes: Int32Array
}

export const createRows = (): Rows => ({
  series: [],
  at: new Float64Array(limits.metrics),
  value: new Float64Array(limits.metrics),
  duration: new Float64Array(limits.metrics),
  starts: new Int32Array(limits.metrics),
  sizes: new Int32Array(limits.metrics),
})

/** What was read, with the bytes that it was read from. */
export function takeRows(rows: Rows, bytes: Uint8Array): Columns {
  const { series } = rows
  const count = series.length
  rows.series = []
  return {
    series,
    at: rows.at.slice(0, count),
    value: rows.value.slice(0, count),
    duration: rows.duration.slice(0, count),
    metadata: { bytes, starts: rows.starts.slice(0, count), sizes: rows.sizes.slice(0, count) },
  }
}
