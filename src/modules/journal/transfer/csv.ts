import { invalid } from '../../../core/errors'
import type { RawEntry, Transferred } from './transferred'

/** Loaded at its first use: most servers never need it, and all would wait for it at the start. */
const reader = () => require('csv-parse/sync') as typeof import('csv-parse/sync')
const writer = () => require('csv-stringify/sync') as typeof import('csv-stringify/sync')

const columns = [
  'id',
  'occurred_at',
  'entry_type',
  'entry',
  'tags',
  'symbols',
  'metadata',
  'created_at',
  'updated_at',
  'client_id',
] as const

// A spreadsheet takes a cell that begins with one of these for a formula. The quote says text; one more keeps a quote of the text's own.
const risky = /^['=+\-@\t\r\n＝＋－＠]/
const guarded = /^'['=+\-@\t\r\n＝＋－＠]/

const guard = (cell: string) => (risky.test(cell) ? `'${cell}` : cell)
const unguard = (cell: string) => (guarded.test(cell) ? cell.slice(1) : cell)

/** RFC 4180 with a header line; tags and symbols separated by `; `, metadata as JSON, cells guarded against formulas. */
export function writeCsv(entries: readonly Transferred[]): string {
  const rows = entries.map((entry) => [
    entry.id,
    entry.occurred_at,
    entry.entry_type,
    entry.entry,
    joinList(entry.tags),
    joinList(entry.symbols),
    JSON.stringify(entry.metadata),
    entry.created_at,
    entry.updated_at,
    entry.client_id ?? '',
  ])
  return writer().stringify([columns, ...rows.map((row) => row.map(guard))], { record_delimiter: 'windows' })
}

/** Takes what `writeCsv` writes, or any CSV whose header names at least `entry`; other columns are left out. */
export function readCsv(content: string): RawEntry[] {
  const [header, ...rows] = parseRows(content)
  const names = readHeader(header ?? [])
  return rows.map((row) => {
    const cells = names.map((name, at): [string, string] => [name, unguard(row[at] ?? '')])
    const given = Object.fromEntries(cells.filter(([name, cell]) => cell !== '' && isColumn(name)))
    const surplus = row.slice(names.length).some((cell) => cell !== '')
    return surplus
      ? { fields: given, fault: 'has more cells than the header; quote texts that hold commas' }
      : readCells(given)
  })
}

const isColumn = (name: string) => columns.some((column) => column === name)

function readHeader(header: string[]): string[] {
  const names = header.map((name) => name.trim().toLowerCase())
  const twice = names.find((name, at) => isColumn(name) && names.indexOf(name) < at)
  if (twice) throw invalid('/content', `names the column "${twice}" twice`)
  if (names.includes('entry')) return names
  throw invalid('/content', 'must begin with a header line that names the column "entry"')
}

function parseRows(content: string): string[][] {
  try {
    return reader().parse(content, { bom: true, skip_empty_lines: true, relax_column_count: true })
  } catch (error) {
    const { lines } = error as { lines?: number }
    throw invalid('/content', `must be CSV; the quoting is broken${lines ? ` near line ${lines}` : ''}`)
  }
}

function readCells({ tags, metadata, symbols, ...fields }: Record<string, string>): RawEntry {
  try {
    return {
      fields: {
        ...fields,
        ...(tags ? { tags: splitList(tags) } : {}),
        ...(metadata ? { metadata: JSON.parse(metadata) } : {}),
      },
    }
  } catch {
    return { fields, fault: 'holds broken JSON in metadata or tags' }
  }
}

/** Readable where it can be, JSON where a separator stands inside. */
const joinList = (items: readonly string[]) =>
  items.some((item) => item.includes(';')) || items[0]?.startsWith('[')
    ? JSON.stringify(items)
    : items.join('; ')

const splitList = (cell: string): unknown =>
  cell.startsWith('[')
    ? JSON.parse(cell)
    : cell
        .split(';')
        .map((item) => item.trim())
        .filter(Boolean)
