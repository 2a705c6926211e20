import { type Token, tokenize } from './tokens'

/** What of an entry is searched. */
export interface Searchable {
  entry: string
  tags: readonly string[]
  symbols: readonly string[]
}

/** Words by position; null where no phrase may run across (between the text and each label). */
export type Words = (string | null)[]

/** An entry as search sees it. `tokens` are those of its text alone; the words begin with them. */
export interface Document {
  words: Words
  tokens: Token[]
}

/** Postgres keeps positions up to 16,383, and 256 of one word; both databases are held to that. */
const longestDocument = 16_000
const mostOfOneWord = 255

/** The words of an entry's text, then of its tags, then its symbols. */
export function documentOf({ entry, tags, symbols }: Searchable): Document {
  const tokens = tokenize(entry)
  const words: Words = tokens.map(({ word }) => word)
  for (const label of [...tags, ...symbols]) {
    words.push(null)
    for (const { word } of tokenize(label)) words.push(word)
  }
  return { words: bounded(words), tokens }
}

function bounded(words: Words): Words {
  const kept = words.length > longestDocument ? words.slice(0, longestDocument) : words
  if (kept.length <= mostOfOneWord) return kept
  const seen = new Map<string, number>()
  return kept.map((word) => {
    if (word === null) return null
    const count = (seen.get(word) ?? 0) + 1
    seen.set(word, count)
    return count > mostOfOneWord ? null : word
  })
}
