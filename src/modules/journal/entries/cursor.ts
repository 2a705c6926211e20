import { invalid } from '../../../core/errors'

/** Packs what a page ends at into one opaque word. `kind` keeps cursors of different lists apart. */
export const encodeCursor = (kind: string, parts: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify([kind, ...parts])).toString('base64url')

/** The parts of a cursor of this kind, in the given order; throws `invalid` for anything else. */
export function decodeCursor<const P extends readonly ('string' | 'number')[]>(
  kind: string,
  cursor: string,
  shape: P,
): { [I in keyof P]: P[I] extends 'number' ? number : string } {
  const [found, ...parts] = unpack(cursor)
  const sound = parts.length === shape.length && parts.every((part, at) => isSound(part, shape[at]!))
  if (found !== kind || !sound) {
    throw invalid('/cursor', 'must be the next_cursor of an earlier answer to the same call')
  }
  return parts as never
}

function unpack(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}

/** Numbers stay below 2^53, texts are short and hold what a database can hold. */
const isSound = (part: unknown, type: 'string' | 'number') =>
  type === 'number'
    ? typeof part === 'number' && Number.isFinite(part) && Math.abs(part) < 2 ** 53
    : typeof part === 'string' && /^[\x20-\x7e]{0,100}$/.test(part)
