import type { ParquetWriter } from 'hyparquet-writer'
import type { ExportedRow } from './export-page'

export const formats = ['parquet', 'csv', 'jsonl'] as const
export type Format = (typeof formats)[number]

/** Where in the file a part begins, and what a Parquet file must know of the rows before it. */
export interface Place {
  /** Bytes. */
  offset: number
  groups: RowGroups
}

/** What is known of the rows of a part at the end of a Parquet file. */
export type RowGroups = ParquetWriter['row_groups']

/**
 * Writes rows as a file, part by part: what `begin`, each `add` and `end` give, one after the other, is the file. Nothing is remembered between them, so
 * each part can be made in any thread.
 */
export interface RowWriter {
  begin(): Uint8Array
  add(rows: ExportedRow[], place: Place): { bytes: Uint8Array; groups: RowGroups }
  end(place: Place): Uint8Array
}

export const mediaTypes: Record<Format, string> = {
  parquet: 'application/vnd.apache.parquet',
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson',
}
