import { invalid } from '../../../core/errors'

/** An answer with more JSON than this ends early, with a cursor to the rest. */
const mostBytes = 256 * 1024

/** Rows of one answer, and whether there are more. */
export interface Page<T> {
  rows: T[]
  more: boolean
}

/** Cuts rows (one more than `limit` was asked for) to the limit and to what one answer should hold; the first row always fits. */
export function cutPage<T>(rows: T[], limit: number, bytesOf: (row: T) => number): Page<T> {
  let bytes = 0
  let count = 0
  for (const row of rows.slice(0, limit)) {
    bytes += bytesOf(row)
    if (count > 0 && bytes > mostBytes) break
    count++
  }
  return { rows: rows.slice(0, count), more: count < rows.length }
}

/** Where the next page begins, opaque to callers. */
export const encodeCursor = (...parts: string[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url')

/**
 * The parts of a cursor of `encodeCursor`, one for each form that they must have; throws `invalid` for anything else. The forms keep out what
 * no database could compare with.
 */
export function decodeCursor<F extends RegExp[]>(cursor: string, ...forms: F): { [K in keyof F]: string } {
  const parts = parse(Buffer.from(cursor, 'base64url').toString())
  const fits =
    Array.isArray(parts) &&
    parts.length === forms.length &&
    forms.every((form, at) => typeof parts[at] === 'string' && form.test(parts[at]))
  if (!fits) throw invalid('/cursor', 'must be the next_cursor of an earlier answer of this list')
  return parts as { [K in keyof F]: string }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
