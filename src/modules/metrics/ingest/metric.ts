import type { Json } from '../../../core/json'
import type { Numbered } from './series-numbers'

/** What a metric can be; `custom` takes anything. */
export const metricTypes = [
  'auth_request',
  'tool_discovery',
  'tool_execution',
  'registry_operation',
  'health_check',
  'protocol_latency',
  'custom',
] as const
export type MetricType = (typeof metricTypes)[number]

export type Dimensions = Record<string, Json>

/** What the metrics of one sender have in common. There is one object for equal ones while they are in use. */
export interface Series extends Numbered {
  readonly service: string
  readonly version: string | null
  readonly instance: string | null
  readonly type: MetricType
  /** As they were sent, with `success` and `healthy` as booleans. */
  readonly dimensions: Dimensions
  /** All of the above as one JSON array: equal texts, equal series. */
  readonly text: string
  /** Where the Prometheus port counts it; -1 until it has. */
  slot: number
}

/** One metric that was accepted. */
export interface Metric {
  series: Series
  /** Milliseconds since the epoch. */
  at: number
  value: number
  durationMs: number | null
  /** JSON text of an object; null for none. */
  metadata: string | null
}

/** A metric as senders write it; everything is checked by `accept`. */
export interface Draft {
  type?: unknown
  /** ISO 8601 (without zone: UTC), or seconds or milliseconds since the epoch. Default: now. */
  timestamp?: unknown
  value?: unknown
  duration_ms?: unknown
  dimensions?: unknown
  metadata?: unknown
  idempotency_key?: unknown
}

/** One request of any way in. */
export interface Submission {
  /** `req_…`, told to the sender and stored with each metric. */
  requestId: string
  service: string
  version?: string | null | undefined
  instance?: string | null | undefined
  metrics: readonly Draft[]
  /** The same again with this key is not counted twice. */
  idempotencyKey?: string | undefined
  /** `wide`: any finite value, 64 dimensions; for OTLP and remote write, whose senders know no such limits. */
  limits?: 'wide'
}

/** What became of a submission. Whatever is counted as accepted is on disk. */
export interface Outcome {
  /** Duplicates too: they are stored. */
  accepted: number
  /** Of the accepted ones, those that an earlier submission had stored. */
  duplicates: number
  rejected: number
  /** Why, e.g. `metrics[1].value: Value must be …`. */
  errors: string[]
}
