import { type SQL, sql } from 'drizzle-orm'
import type { Words } from './document'
import { hash } from './hash'
import type { Query, Term } from './query'

/** Marks keys among the words; no word of a text can begin with it. */
const mark = '§'

const quoted = (word: string) => `'${word}'`

/** A document as a tsvector literal: our words with our positions; Postgres' own parsers have no say. */
export function vectorText(words: Words, keys: readonly string[]): string {
  const positions = new Map<string, number[]>()
  const pairs = new Set<string>()
  for (const [at, word] of words.entries()) {
    if (word === null) continue
    const known = positions.get(word)
    if (known) known.push(at + 1)
    else positions.set(word, [at + 1])
    const next = words[at + 1]
    if (typeof next === 'string') pairs.add(pairOf(word, next))
  }
  const lexemes = [...positions].map(([word, at]) => `${quoted(word)}:${at.join(',')}`)
  return [...keys.map((key) => quoted(mark + key)), ...[...pairs].map(quoted), ...lexemes].join(' ')
}

/**
 * Neighbouring words as one of 4,096: next to the words themselves that is enough to find a phrase without looking at every entry that has its
 * words somewhere. Begins as no word and no key does.
 */
const pairOf = (word: string, next: string) => `+${(4096 + (hash(`${word} ${next}`) % 4096)).toString(36)}`

/** Pairs that an entry with the phrase has; of a last word that may go on none is known. */
const pairsOf = ({ words, prefix }: Term) =>
  words.slice(1, prefix ? -1 : undefined).map((word, at) => pairOf(words[at]!, word))

function termText({ words, prefix }: Term): string {
  const text = words.map(quoted).join(' <-> ') + (prefix ? ':*' : '')
  return words.length > 1 ? `(${text})` : text
}

/** A tsquery literal. Words are letters and digits alone, so quoting them is all it takes. */
export function queryText({ wanted, unwanted }: Query, keys: readonly string[]): string {
  const all = [...keys.map((key) => mark + key), ...wanted.flatMap(pairsOf)].map(quoted)
  return [...all, ...wanted.map(termText), ...unwanted.map((term) => `!${termText(term)}`)].join(' & ')
}

/** Stands where the word index has the owner and the time of an entry, before each of its words. */
const shelf = '~'

/** What each entry that is found has among its words: tsquery literals of one word, for the word index. */
export function lexemesOf({ wanted }: Query, keys: readonly string[]): string[] {
  const all = [...keys.map((key) => mark + key), ...wanted.flatMap(pairsOf)].map((key) => quoted(shelf + key))
  const words = wanted.flatMap(({ words, prefix }) =>
    words.map((word, at) => quoted(shelf + word) + (prefix && at === words.length - 1 ? ':*' : '')),
  )
  return [...new Set([...all, ...words])]
}

/** Adds documents of an owner: `[docid, vector]` each. */
export const addRows = (owner: string, rows: [number, string][]): SQL =>
  sql`insert into holdfast.journal_search (owner, docid, words)
      select ${owner}::text, (row ->> 0)::bigint, (row ->> 1)::tsvector
      from jsonb_array_elements((${JSON.stringify(rows)}::text)::jsonb) as row`

export const removeRow = (owner: string, docid: number): SQL =>
  sql`delete from holdfast.journal_search where owner = ${owner} and docid = ${docid}`

/** Docids of the caller's matches between `low` and `high`; see the migration for why this is a function. */
export const matchingRows = (
  query: unknown,
  lexemes: unknown,
  low: unknown,
  high: unknown,
  wanted: unknown,
): SQL =>
  sql`holdfast.journal_matches((${query}::text)::tsquery, array(select jsonb_array_elements_text((${lexemes}::text)::jsonb)), ${low}::bigint, ${high}::bigint, ${wanted}::integer) as found (docid)`
