import type { ListedRow } from '../entries/list-query'
import { readCsv, writeCsv } from './csv'
import { readJson, writeJson } from './json'
import { readMarkdown, writeMarkdown } from './markdown'

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

/** How a journal becomes a file, and a file entries. `read` throws `invalid` for content that is not of the format. */
export interface Format {
  media_type: string
  extension: string
  write(entries: readonly Transferred[]): string
  read(content: string): RawEntry[]
}

export const formatNames = ['json', 'csv', 'markdown'] as const
export type FormatName = (typeof formatNames)[number]

export const formats: Record<FormatName, Format> = {
  json: { media_type: 'application/json', extension: 'json', write: writeJson, read: readJson },
  csv: { media_type: 'text/csv', extension: 'csv', write: writeCsv, read: readCsv },
  markdown: { media_type: 'text/markdown', extension: 'md', write: writeMarkdown, read: readMarkdown },
}

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
