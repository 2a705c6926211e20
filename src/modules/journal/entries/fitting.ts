import type { EntryRow } from './entry'

/** Characters of JSON after which a page ends early, with a cursor to the rest: MCP refuses an answer above a megabyte. */
const mostCharacters = 800_000

/** So few fit whatever they hold: the usual page is not measured. */
const alwaysFits = 10

type Sized = Pick<EntryRow, 'entry' | 'tags' | 'symbols' | 'metadata'>

/** How many of the rows a page of at most `limit` holds; always one. */
export function fitting(rows: readonly Sized[], limit: number): number {
  const most = Math.min(rows.length, limit)
  let characters = 0
  for (let at = 0; at < most && most > alwaysFits; at++) {
    const { entry, tags, symbols, metadata } = rows[at]!
    characters += JSON.stringify([entry, tags, symbols, metadata]).length
    if (characters > mostCharacters) return Math.max(1, at)
  }
  return most
}
