import { getTableColumns } from 'drizzle-orm'
import type { Row, StoredTable } from '../../core/table'

/** How rows of one table are written in an archive: a JSON array each, the same for both databases. */
export interface Codec {
  columns: readonly string[]
  /** Times are milliseconds, bytes base64, keys of JSON sorted: equal rows are equal texts. */
  encode(row: Row): string
  /** Throws for what is no such array. */
  decode(text: string): Row
}

type Kind = 'time' | 'bytes' | 'json' | 'plain'

/** The codec of a table's columns, without those that mean something in one database alone. */
export function codecOf({ on, local = [] }: StoredTable): Codec {
  const columns = Object.entries(getTableColumns(on('postgres')))
  return codecFor(
    columns
      .filter(([name]) => !local.includes(name))
      .map(([name, { dataType }]): [string, Kind] => [name, kinds[dataType] ?? 'plain']),
  )
}

const kinds: Record<string, Kind> = { date: 'time', custom: 'bytes', json: 'json' }

/** A codec for these columns. */
export function codecFor(columns: readonly [name: string, kind: Kind][]): Codec {
  return {
    columns: columns.map(([name]) => name),
    encode: (row) => JSON.stringify(columns.map(([name, kind]) => encodeValue(row[name] ?? null, kind))),
    decode(text) {
      const values: unknown = JSON.parse(text)
      if (!Array.isArray(values) || values.length !== columns.length)
        throw new Error('a row has not the columns of its table')
      return Object.fromEntries(columns.map(([name, kind], at) => [name, decodeValue(values[at], kind)]))
    },
  }
}

function encodeValue(value: unknown, kind: Kind): unknown {
  if (value === null) return null
  if (kind === 'time') return (value as Date).getTime()
  if (kind === 'bytes') return Buffer.from(value as Uint8Array).toString('base64')
  return kind === 'json' ? sorted(value) : value
}

function decodeValue(value: unknown, kind: Kind): unknown {
  if (value === null) return null
  if (kind === 'time') return new Date(value as number)
  return kind === 'bytes' ? Buffer.from(value as string, 'base64') : value
}

/** Postgres keeps the keys of an object in an order of its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}
