import { invalid } from '../../core/errors'
import { findUnstorable } from '../../core/json'

/** A place in a list, as an opaque text. */
export const writeCursor = (list: string, values: (string | number)[]): string =>
  Buffer.from(JSON.stringify([list, ...values])).toString('base64url')

/** The `count` values of a cursor of this list. Throws `invalid` for anything else. */
export function readCursor(list: string, cursor: string, count: number): string[] {
  const values = parse(cursor)
  if (values?.[0] !== list || values.length !== count + 1) throw misfit()
  const texts = values.slice(1).map(String)
  if (findUnstorable(texts)) throw misfit()
  return texts
}

function parse(cursor: string): unknown[] | undefined {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(values) ? values : undefined
  } catch {
    return undefined
  }
}

const misfit = () => invalid('/cursor', 'must be a next_cursor of this list')
