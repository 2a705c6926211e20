import { type SQL, sql } from 'drizzle-orm'
import type { Words } from './document'
import type { Spelled } from './prefixes'
import type { Query, Term } from './query'

/** Stands where no phrase may run across. The tokenizer takes it for a word, but no query of ours can hold it. */
const gap = '¶'

/*
 * Every word and key begins with its owner's key, which always has the same length: so each owner has words of their own in the index, and
 * looking one up costs nothing for the entries of others nor for the owner's entries without it. FTS5 stores what neighbouring words
 * have in common once.
 */

/** A document as FTS5 stores it: words between blanks, positions kept. */
export const bodyOf = (owner: string, words: Words): string =>
  words.map((word) => owner + (word ?? gap)).join(' ')

/** An entry's keys as FTS5 stores them; the owner's alone stands for all entries. */
export const keysOf = (owner: string, keys: readonly string[]): string =>
  [owner, ...keys.map((key) => owner + key)].join(' ')

/** A MATCH expression. Words are letters and digits alone, so quoting them is all it takes. */
export function matchText(
  owner: string,
  query: Query,
  keys: readonly string[],
  spelled: Spelled = new Map(),
): string {
  const wordsText = ({ words, prefix }: Term) =>
    `body:"${words.map((word) => owner + word).join(' ')}"${prefix ? '*' : ''}`
  const termText = (term: Term) => {
    const forms = spelled.get(term)
    return forms ? `(${forms.map(wordsText).join(' OR ')})` : wordsText(term)
  }
  const wanted = [...keys.map((key) => `keys:"${owner}${key}"`), ...query.wanted.map(termText)]
  const all = wanted.length > 0 ? wanted.join(' AND ') : `keys:"${owner}"`
  if (query.unwanted.length === 0) return all
  return `(${all}) NOT (${query.unwanted.map(termText).join(' OR ')})`
}

// SQLite compares rowids with whole numbers only, and a number above 2^31 arrives as a float.
const whole = (value: unknown) => sql`cast(${value} as integer)`

/**
 * The row of a docid in the index: its negative, because FTS5 skips from match to match fast in ascending order only. Going down, it reads a page
 * of its skip list anew for each step.
 */
export const rowidOf = (docid: unknown): SQL => sql`-${docid}`

/** Adds documents: `[docid, keys, body]` each; in the order of the index, which otherwise writes out a segment for each. */
export const addRows = (rows: [number, string, string][]): SQL =>
  sql`insert into journal_search (rowid, keys, body)
      select ${rowidOf(sql`json_extract(value, '$[0]')`)}, json_extract(value, '$[1]'), json_extract(value, '$[2]')
      from json_each(${JSON.stringify(rows)}) order by 1`

export const removeRow = (docid: number): SQL =>
  sql`delete from journal_search where rowid = ${rowidOf(whole(docid))}`

/** Docids of matches between `low` and `high`, newest first. */
export const matchingRows = (match: unknown, low: unknown, high: unknown, wanted: unknown): SQL =>
  sql`(select -rowid as docid from journal_search
      where journal_search match ${match} and rowid between ${rowidOf(whole(high))} and ${rowidOf(whole(low))}
      order by rowid limit ${whole(wanted)}) as found`
