import type { ListedRow } from '../entries/list-query'

/** An entry as files hold it: all of it, so that it comes back the same. */
export interface Transferred {
  id: string
  occurred_at: string
  entry_type: string
  entry: string
  tags: string[]
  symbols: string[]
  metadata: Record<string, unknown>
  created_at: string
  updated_at: string
  client_id: string | null
}

/** One entry of a file, unchecked; `fault` says why it could not be read. */
export interface RawEntry {
  fields: Record<string, unknown>
  fault?: string
}

/** A row as files hold it. */
export const transferred = (row: ListedRow): Transferred => ({
  id: row.id,
  occurred_at: row.occurred_at.toISOString(),
  entry_type: row.entry_type,
  entry: row.entry,
  tags: row.tags,
  symbols: row.symbols,
  metadata: row.metadata,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
  client_id: row.client_id,
})
