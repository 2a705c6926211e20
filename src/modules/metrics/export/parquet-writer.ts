import type { SchemaElement } from 'hyparquet-writer'
import type { ExportedRow } from './export-page'
import type { Place, RowWriter } from './format'

/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const parquet = () => require('hyparquet-writer') as typeof import('hyparquet-writer')

type Column = [
  name: keyof ExportedRow,
  element: Omit<SchemaElement, 'name' | 'repetition_type'>,
  required: boolean,
]

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const
const time = { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' } as const
const json = { type: 'BYTE_ARRAY', converted_type: 'JSON' } as const

const columns: Column[] = [
  ['id', { type: 'INT64' }, true],
  ['request_id', text, true],
  ['service', text, true],
  ['service_version', text, false],
  ['instance_id', text, false],
  ['metric_type', text, true],
  ['timestamp', time, true],
  ['value', { type: 'DOUBLE' }, true],
  ['duration_ms', { type: 'DOUBLE' }, false],
  ['dimensions', json, true],
  ['metadata', json, true],
  ['created_at', time, true],
]

const schema: SchemaElement[] = [
  { name: 'metrics', num_children: columns.length },
  ...columns.map(
    ([name, element, required]): SchemaElement => ({
      name,
      ...element,
      repetition_type: required ? 'REQUIRED' : 'OPTIONAL',
    }),
  ),
]

/** Each `add` is a row group; times are milliseconds UTC, dimensions and metadata are JSON. */
export const parquetWriter: RowWriter = {
  begin: () => fileFrom({ offset: 0, groups: [] }).header,
  add(rows, place) {
    if (rows.length === 0) return { bytes: new Uint8Array(), groups: [] }
    const { file, take } = fileFrom({ ...place, groups: [] })
    const columnData = columns.map(([name]) => ({
      name,
      data: rows.map((row) => cellOf(name, row)),
      offsetIndex: false,
    }))
    file.write({ columnData, rowGroupSize: rows.length })
    return { bytes: take(), groups: file.row_groups }
  },
  end(place) {
    const { file, take } = fileFrom(place)
    file.num_rows = place.groups.reduce((sum, { num_rows }) => sum + num_rows, 0n)
    file.finish()
    return take()
  },
}

/** A file that has come to a place; it begins with its header in any case. */
function fileFrom({ offset, groups }: Place) {
  const bytes = new (parquet().ByteWriter)(1 << 16)
  const take = () => bytes.getBytes().slice()
  const file = new (parquet().ParquetWriter)({ writer: bytes, schema, createdBy: 'holdfast' })
  const header = take()
  bytes.index = 0
  bytes.offset = offset
  file.row_groups = groups
  return { file, take, header }
}

/** JSON columns are taken as values, and written as text. */
function cellOf(name: keyof ExportedRow, row: ExportedRow): unknown {
  if (name === 'id') return BigInt(row.id)
  if (name === 'timestamp' || name === 'created_at') return new Date(row[name])
  if (name === 'dimensions' || name === 'metadata') return JSON.parse(row[name])
  return row[name]
}
