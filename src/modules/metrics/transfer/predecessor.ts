import type { Json } from '../../../core/json'
import { readDimensions } from '../ingest/dimensions'
import { readTimestamp } from '../ingest/timestamp'

/** A row of the predecessor's `metrics`. */
export interface PredecessorRow {
  id: number
  request_id: string | null
  service: string | null
  service_version: string | null
  instance_id: string | null
  metric_type: string | null
  timestamp: string | null
  value: number | null
  duration_ms: number | null
  dimensions: string | null
  metadata: string | null
  created_at: string | null
}

/** The same, in our terms. */
export interface MovedRow {
  requestId: string
  /** Milliseconds since the epoch. */
  receivedAt: number
  series: string
  at: number
  value: number
  duration: number
  metadata: string
}

/** Everything of a row of the predecessor; what it held in a form that cannot be read is kept beside, in the metadata. */
export function moveRow(row: PredecessorRow, now: number): MovedRow {
  const receivedAt = readTimestamp(row.created_at ?? undefined) ?? now
  const at = readTimestamp(row.timestamp ?? undefined)
  const dimensions = readObject(row.dimensions)
  const metadata = readObject(row.metadata)
  const odd: Record<string, Json> = {
    ...(at === undefined && row.timestamp !== null && { original_timestamp: row.timestamp }),
    ...(dimensions === undefined && { original_dimensions: row.dimensions }),
    ...(metadata === undefined && { original_metadata: row.metadata }),
  }
  const kept = { ...metadata, ...odd }
  const normal = readDimensions(dimensions ?? {}, Number.POSITIVE_INFINITY, () => {})
  return {
    requestId: row.request_id ?? '',
    receivedAt,
    series: JSON.stringify([
      row.service ?? '',
      row.service_version,
      row.instance_id,
      row.metric_type ?? 'custom',
      normal,
    ]),
    at: at ?? receivedAt,
    value: row.value ?? 0,
    duration: row.duration_ms ?? Number.NaN,
    metadata: Object.keys(kept).length > 0 ? JSON.stringify(kept) : '',
  }
}

/** The object in a JSON text, empty for none; undefined for a text that holds none. */
function readObject(text: string | null): Record<string, Json> | undefined {
  if (text === null || text === '') return {}
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A specialised table of the predecessor: its type, and which of its columns are dimensions and which metadata. */
export interface SpecialisedTable {
  name: string
  type: string
  dimensions: string[]
  metadata: string[]
}

export const specialisedTables: readonly SpecialisedTable[] = [
  {
    name: 'auth_metrics',
    type: 'auth_request',
    dimensions: ['success', 'method', 'server', 'user_hash'],
    metadata: ['error_code'],
  },
  {
    name: 'discovery_metrics',
    type: 'tool_discovery',
    dimensions: ['query', 'results_count', 'top_k_services', 'top_n_tools'],
    metadata: ['embedding_time_ms', 'faiss_search_time_ms'],
  },
  {
    name: 'tool_metrics',
    type: 'tool_execution',
    dimensions: [
      'tool_name',
      'server_path',
      'server_name',
      'success',
      'client_name',
      'client_version',
      'method',
      'user_hash',
    ],
    metadata: ['error_code', 'input_size_bytes', 'output_size_bytes'],
  },
]

/** A row of a specialised table as the row of `metrics` that it was made from: one event each. */
export function generalRow(table: SpecialisedTable, row: Record<string, unknown>): PredecessorRow {
  const pick = (names: string[]) =>
    JSON.stringify(
      Object.fromEntries(names.filter((name) => row[name] != null).map((name) => [name, row[name]])),
    )
  return {
    ...(row as unknown as PredecessorRow),
    service_version: null,
    instance_id: null,
    metric_type: table.type,
    value: 1,
    dimensions: pick(table.dimensions),
    metadata: pick(table.metadata),
  }
}
