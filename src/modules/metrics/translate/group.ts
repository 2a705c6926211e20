import type { Draft } from '../ingest/metric'

/** What one sender said, before it is known whether its key lets it speak for that service. */
export interface Group {
  /** Undefined where the sender does not name itself. */
  service: string | undefined
  version?: string | undefined
  instance?: string | undefined
  metrics: Draft[]
  /** Data points or samples that the metrics were made of. */
  points: number
}
