import { Type } from '@sinclair/typebox'
import type { Host } from '../../../core/module'
import { defineOperation } from '../../../core/operation'
import type { Reader } from '../../../core/storage'
import { bytesOf } from '../entries/entry'
import { type Filter, filterInput, parseFilter } from '../entries/filter'
import { countEntries, listEntries, type Total } from '../entries/list'
import { cursorAfter, startOf } from '../entries/list-page'
import type { ListedRow } from '../entries/list-query'
import { pageOutput } from '../entries/page'
import type { JournalSettings } from '../settings'
import { type FormatName, formatNames, formats } from './format'
import { transferred } from './transferred'

/** Stored bytes of entries after which a file ends, whatever `limit` says. */
const mostBytes = 1_000_000

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
          description: 'Entries in the file; it ends earlier at about 1 MB',
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
    rest: { method: 'GET', path: '/export' },
    examples: [
      { title: 'This year as a spreadsheet', input: { format: 'csv', limit: 1000, from: '2026-01-01' } },
    ],
    async run({ limit, cursor, ...input }, call) {
      const filter = parseFilter(input)
      const page = await call.read((db) => readPage(db, call.principal.id, filter, { limit, cursor }))
      const format = formats[input.format as FormatName]
      return {
        success: true as const,
        format: input.format,
        media_type: format.media_type,
        filename: `journal-${new Date(host.now()).toISOString().slice(0, 10)}.${format.extension}`,
        content: format.write(page.rows.map(transferred)),
        count: page.rows.length,
        total: page.total,
        total_relation: page.total_relation,
        next_cursor: page.next_cursor,
      }
    },
  })

interface Part extends Total {
  rows: ListedRow[]
  next_cursor: string | null
}

async function readPage(
  db: Reader,
  owner: string,
  filter: Filter,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<Part> {
  const rows = await listEntries(db, owner, filter, startOf(cursor, 0), limit + 1)
  const total = await countEntries(db, owner, filter)
  const kept = rows.slice(0, Math.min(limit, fitting(rows)))
  return { rows: kept, ...total, next_cursor: kept.length < rows.length ? cursorAfter(kept.at(-1)!) : null }
}

/** How many rows stay below the byte limit; always one, so that every part goes on. */
function fitting(rows: ListedRow[]): number {
  let bytes = 0
  const over = rows.findIndex((row) => {
    bytes += bytesOf(row)
    return bytes > mostBytes
  })
  return over === -1 ? rows.length : Math.max(1, over)
}
