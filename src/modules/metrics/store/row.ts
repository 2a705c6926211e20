/** A series as it is stored. `dimensions` is JSON text. */
export interface StoredSeries {
  id: number
  service: string
  service_version: string | null
  instance_id: string | null
  metric_type: string
  dimensions: string
}
