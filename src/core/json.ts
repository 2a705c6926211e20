/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const illFormed = (text: string) => text.includes('\0') || !text.isWellFormed()

/**
 * The JSON pointer of the first string (key or value) that no database can hold: one with a NUL character or a lone surrogate.
 * Undefined when all are sound.
 */
export function findUnstorableText(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return illFormed(value) ? path : undefined
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, item] of Object.entries(value)) {
    if (illFormed(key)) return path
    const found = findUnstorableText(item, `${path}/${key}`)
    if (found !== undefined) return found
  }
  return undefined
}
