import { readCsv, writeCsv } from './csv'
import { readJson, writeJson } from './json'
import { readMarkdown, writeMarkdown } from './markdown'
import type { RawEntry, Transferred } from './transferred'

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
