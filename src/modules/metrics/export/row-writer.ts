import type { ExportedRow } from './export-page'
import type { Format, RowWriter } from './format'
import { parquetWriter } from './parquet-writer'

/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const csvWriter = () => require('csv-stringify/sync') as typeof import('csv-stringify/sync')

export const columns = [
  'id',
  'request_id',
  'service',
  'service_version',
  'instance_id',
  'metric_type',
  'timestamp',
  'value',
  'duration_ms',
  'dimensions',
  'metadata',
  'created_at',
] as const satisfies (keyof ExportedRow)[]

const encoder = new TextEncoder()
const nothing = new Uint8Array()

export const rowWriters: Record<Format, RowWriter> = {
  parquet: parquetWriter,
  csv: {
    begin: () => csv([[...columns]]),
    add: (rows) => plain(csv(rows.map((row) => columns.map((name) => cellOf(row[name]))))),
    end: () => nothing,
  },
  jsonl: {
    begin: () => nothing,
    add: (rows) => plain(encoder.encode(rows.map(jsonLine).join(''))),
    end: () => nothing,
  },
}

const plain = (bytes: Uint8Array) => ({ bytes, groups: [] })

const csv = (rows: unknown[][]) =>
  encoder.encode(csvWriter().stringify(rows, { record_delimiter: 'windows' }))

// A spreadsheet takes a cell that begins with one of these for a formula; the quote says that it is text.
const cellOf = (value: string | number | null) =>
  typeof value === 'string' && /^['=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value

/** Dimensions and metadata as objects. */
const jsonLine = ({ dimensions, metadata, ...row }: ExportedRow) =>
  `${JSON.stringify(row).slice(0, -1)},"dimensions":${dimensions},"metadata":${metadata}}\n`
