import { createHash } from 'node:crypto'

/** What narrows a search besides words. Tags in lower case, symbols in capitals. */
export interface Labels {
  entry_type?: string
  tags?: readonly string[]
  symbols?: readonly string[]
}

const hashed = (kind: string, label: string) =>
  kind + createHash('sha256').update(`${kind}:${label}`).digest('hex').slice(0, 16)

/** The owner as FTS5 knows it; see `fts5.ts`. Its length stands in the migration too. */
export const ownerKey = (owner: string) => hashed('', owner).slice(0, 15)

/** Type, tags and symbols as words of the index: hashes, so that no character of theirs means anything to it. */
export const labelKeys = ({ entry_type, tags = [], symbols = [] }: Labels): string[] => [
  ...(entry_type === undefined ? [] : [hashed('t', entry_type)]),
  ...tags.map((tag) => hashed('g', tag)),
  ...symbols.map((symbol) => hashed('s', symbol)),
]
