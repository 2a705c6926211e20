import type { ExportedRow } from './export-page'

export const formats = ['parquet', 'csv', 'jsonl'] as const
export type Format = (typeof formats)[number]

/** Writes rows as a file, part by part: what `begin`, each `add` and `end` give, one after the other, is the file. */
export interface RowWriter {
  begin(): Uint8Array
  add(rows: ExportedRow[]): Uint8Array
  end(): Uint8Array
}

export const mediaTypes: Record<Format, string> = {
  parquet: 'application/vnd.apache.parquet',
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson',
}
