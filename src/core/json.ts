import { type Fault, invalid } from './errors'

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Values that nest deeper are refused: what walks them would run out of stack. */
const deepest = 200

const illFormed = (text: string) => text.includes('\0') || !text.isWellFormed()

const text = 'must be valid Unicode without NUL characters'
const number = 'must be a number between -1.8e308 and 1.8e308'

/**
 * The first value that no database can hold: a text (key or value) with a NUL character or a lone surrogate, a number that was too large to be
 * read. Undefined when all are sound. Throws `invalid` for a value that nests deeper than 200 levels.
 */
export const findUnstorable = (value: unknown): Fault | undefined => find(value, '', 0)

/** `top` is the member of the whole that `value` is in. A path is made where there is a fault: most values are sound. */
function find(value: unknown, top: string, depth: number): Fault | undefined {
  if (typeof value === 'string') return illFormed(value) ? { path: '', message: text } : undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { path: '', message: number }
  if (typeof value !== 'object' || value === null) return undefined
  if (depth > deepest) throw invalid(`/${top}`, `must not nest deeper than ${deepest} levels`)
  for (const key in value) {
    if (illFormed(key)) return { path: '', message: text }
    const found = find((value as Record<string, unknown>)[key], depth === 0 ? key : top, depth + 1)
    if (found) return { path: `/${key}${found.path}`, message: found.message }
  }
  return undefined
}
