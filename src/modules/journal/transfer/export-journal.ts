import { Type } from '@sinclair/typebox'
import type { Host } from '../../../core/module'
import { defineOperation } from '../../../core/operation'
import type { Reader } from '../../../core/storage'
import { type Filter, filterInput, parseFilter } from '../entries/filter'
import { fitting } from '../entries/fitting'
import { countEntries, listEntries, type Total } from '../entries/list'
import { cursorAfter, startOf } from '../entries/list-page'
import type { ListedRow } from '../entries/list-query'
import { pageOutput } from '../entries/page'
import type { JournalSettings } from '../settings'
import { type Format, type FormatName, formatNames, formats } from './format'
import { transferred } from './transferred'

/** Characters that a file takes inside a JSON answer, at most: MCP refuses an answer above a megabyte. */
const mostCharacters = 800_000

export const exportJournal = (host: Host<JournalSettings>) =>
  defineOperation({
    name: 'export_journal',
    title: 'Export the journal',
    description:
      'Writes entries, newest first, as a JSON, CSV or Markdown file that import_journal takes back unchanged. Use it for backups, spreadsheets or moving away. A file holds a part: go on with next_cursor until it is null.',
    input: Type.Object(
      {
        format: Type.Union(
          formatNames.map((name) => Type.Literal(name)),
          { default: 'json' },
        ),
        limit: Type.Integer({
          minimum: 1,
          maximum: 1000,
          default: 500,
          description: 'Entries in the file; it ends early at about 800 KB',
        }),
        cursor: Type.Optional(Type.String({ maxLength: 500, description: 'next_cursor of the part before' })),
        ...filterInput,
      },
      { additionalProperties: false },
    ),
    output: Type.Object(
      {
        ...pageOutput,
        format: Type.String(),
        media_type: Type.Union(formatNames.map((name) => Type.Literal(formats[name].media_type))),
        filename: Type.String(),
        content: Type.String(),
      },
      { additionalProperties: false, 'x-holdfast-download': true },
    ),
    scope: 'journal:read',
    hints: { readOnly: true, idempotent: true },
    task: true,
    rest: { method: 'GET', path: '/export' },
    examples: [
      { title: 'This year as a spreadsheet', input: { format: 'csv', limit: 1000, from: '2026-01-01' } },
    ],
    async run({ limit, cursor, ...input }, call) {
      const filter = parseFilter(input)
      const format = formats[input.format as FormatName]
      const part = await call.read((db) => readPart(db, call.principal.id, filter, { limit, cursor }))
      const file = writeFitting(format, part.rows)
      const { total, total_relation } = part
      return {
        success: true as const,
        format: input.format,
        media_type: format.media_type,
        filename: `journal-${new Date(host.now()).toISOString().slice(0, 10)}.${format.extension}`,
        content: file.content,
        count: file.rows.length,
        total,
        total_relation,
        next_cursor: part.more || file.rows.length < part.rows.length ? cursorAfter(file.rows.at(-1)!) : null,
      }
    },
  })

interface Part extends Total {
  rows: ListedRow[]
  /** Whether others follow. */
  more: boolean
}

async function readPart(
  db: Reader,
  owner: string,
  filter: Filter,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<Part> {
  const rows = await listEntries(db, owner, filter, startOf(cursor, 0), limit + 1)
  const total = await countEntries(db, owner, filter)
  const fit = fitting(rows, limit)
  return { rows: rows.slice(0, fit), more: fit < rows.length, ...total }
}

/** The file of as many rows as fit; formats differ in what they add, so it is tried. */
function writeFitting(format: Format, rows: ListedRow[]): { content: string; rows: ListedRow[] } {
  const content = format.write(rows.map(transferred))
  const share = mostCharacters / JSON.stringify(content).length
  if (rows.length <= 1 || share >= 1) return { content, rows }
  return writeFitting(format, rows.slice(0, Math.max(1, Math.floor(rows.length * share * 0.95))))
}
