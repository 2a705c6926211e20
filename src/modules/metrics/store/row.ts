/** A series as it is stored. `dimensions` is JSON text. */
export interface StoredSeries {
  id: number
  service: string
  service_version: string | null
  instance_id: string | null
  metric_type: string
  dimensions: string
  /** Its number among the senders of rollups, in the numbering that it was met in last. */
  sender: number
  numbering: number
}

/** Of a series that no rollups have met. */
export const unmet = { sender: -1, numbering: -1 }
