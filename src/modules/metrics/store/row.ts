/** A series as it is stored. `dimensions` is JSON text. */
export interface StoredSeries {
  id: number
  service: string
  service_version: string | null
  instance_id: string | null
  metric_type: string
  dimensions: string
}

/** A row of `samples` on its way into the tables. */
export interface StoredSample {
  /** Grows from row to row, never used again. */
  id: number
  series: StoredSeries
  /** Milliseconds since the epoch. */
  at: number
  value: number
  duration_ms: number | null
  /** JSON text. */
  metadata: string | null
  request_id: string
}
