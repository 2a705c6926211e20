import { invalid } from '../../../core/errors'
import type { RawEntry, Transferred } from './transferred'

/** `{ "format": "holdfast-journal", "version": 1, "entries": […] }`. */
export const writeJson = (entries: readonly Transferred[]): string =>
  `${JSON.stringify({ format: 'holdfast-journal', version: 1, entries }, null, 1)}\n`

/** Takes that, any object with an array `entries`, or a bare array of objects. */
export function readJson(content: string): RawEntry[] {
  const entries = entriesOf(parse(content))
  if (!Array.isArray(entries))
    throw invalid('/content', 'must be a JSON array of entries, or an object with the array "entries"')
  return entries.map((fields: unknown) =>
    typeof fields === 'object' && fields !== null && !Array.isArray(fields)
      ? { fields: fields as Record<string, unknown> }
      : { fields: {}, fault: 'must be an object with at least "entry"' },
  )
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''))
  } catch {
    throw invalid('/content', 'must be valid JSON')
  }
}

const entriesOf = (parsed: unknown) =>
  !Array.isArray(parsed) && typeof parsed === 'object' && parsed !== null && 'entries' in parsed
    ? parsed.entries
    : parsed
