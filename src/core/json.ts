import { invalid } from './errors'

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Values that nest deeper are refused: what walks them would run out of stack. */
const deepest = 200

const illFormed = (text: string) => text.includes('\0') || !text.isWellFormed()

/**
 * The JSON pointer of the first string (key or value) that no database can hold: one with a NUL character or a lone surrogate.
 * Undefined when all are sound. Throws `invalid` for a value that nests deeper than 200 levels.
 */
export function findUnstorableText(value: unknown, path = '', depth = 0): string | undefined {
  if (typeof value === 'string') return illFormed(value) ? path : undefined
  if (typeof value !== 'object' || value === null) return undefined
  if (depth > deepest) throw invalid(`/${path.split('/')[1]}`, `must not nest deeper than ${deepest} levels`)
  for (const [key, item] of Object.entries(value)) {
    if (illFormed(key)) return path
    const found = findUnstorableText(item, `${path}/${key}`, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}
