import { type SQL, sql } from 'drizzle-orm'
import type { Words } from './document'
import type { IsFrequent } from './frequent-words'
import type { Spelled } from './prefixes'
import type { Query, Term } from './query'

/** Stands where no phrase may run across. The tokenizer takes it for a word, but no query of ours can hold it. */
const gap = '¶'
/** Begins what is no word of a text; alone it stands for every entry. Three characters, so that the lists of short prefixes hold all such as one. */
const mark = '§§§'
/** Of entries whose pairs of words are not in the index. */
const unpaired = mark + gap

/*
 * Every word begins with its owner's key, which always has the same length: so each owner has words of their own in the index, and looking one up costs
 * nothing for the entries of others nor for the owner's entries without it. FTS5 stores what neighbouring words have in common once.
 */

/** An entry as FTS5 stores it: what every entry has, words, pairs of words, keys; between blanks, positions kept. */
export function documentText(
  owner: string,
  words: Words,
  keys: readonly string[],
  isFrequent?: IsFrequent,
): string {
  const pairs = isFrequent ? pairsOf(words, isFrequent) : [unpaired]
  let text = owner + mark
  for (const word of words) text += ` ${owner}${word ?? gap}`
  for (const pair of pairs) text += ` ${owner}${pair}`
  for (const key of keys) text += ` ${owner}${mark}${key}`
  return text
}

/** Frequent words that are neighbours; those of a longer phrase follow each other. */
function pairsOf(words: Words, isFrequent: IsFrequent): string[] {
  const pairs: string[] = []
  let before: string | undefined
  for (const word of words) {
    const next = word !== null && isFrequent(word) ? word : undefined
    if (before && next) pairs.push(pairOf(before, next))
    else if (pairs.length > 0 && pairs.at(-1) !== gap) pairs.push(gap)
    before = next
  }
  return pairs
}

const pairOf = (word: string, next: string) => `${mark}${word}§${next}`

/** What a query needs to know of the owner's words: which whole ones a prefix stands for, and which are frequent. */
export interface Known {
  spelled?: Spelled
  isFrequent?: IsFrequent
}

/** A MATCH expression. Words are letters and digits alone, so quoting them is all it takes. */
export function matchText(owner: string, query: Query, keys: readonly string[], known: Known = {}): string {
  const quoted = (words: string[]) => `"${words.map((word) => owner + word).join(' ')}"`
  const phraseText = ({ words, prefix }: Term) => {
    const text = quoted(words) + (prefix ? '*' : '')
    if (prefix || words.length === 1 || !known.isFrequent || !words.every(known.isFrequent)) return text
    return `(${quoted(pairsOf(words, known.isFrequent))} OR (${quoted([unpaired])} AND ${text}))`
  }
  const termText = (term: Term) => {
    const forms = known.spelled?.get(term)
    return forms ? `(${forms.map(phraseText).join(' OR ')})` : phraseText(term)
  }
  const wanted = [...keys.map((key) => quoted([mark + key])), ...query.wanted.map(termText)]
  const all = wanted.length > 0 ? wanted.join(' AND ') : quoted([mark])
  // Not in one NOT together: FTS5 would go through all that have any of them, not only as far as the next entry to find.
  return [query.unwanted.length > 0 ? `(${all})` : all, ...query.unwanted.map(termText)].join(' NOT ')
}

// SQLite compares rowids with whole numbers only, and a number above 2^31 arrives as a float.
const whole = (value: unknown) => sql`cast(${value} as integer)`

/**
 * The row of a docid in the index: its negative, because FTS5 skips from match to match fast in ascending order only. Going down, it reads a page
 * of its skip list anew for each step.
 */
export const rowidOf = (docid: unknown): SQL => sql`-${docid}`

/** Adds documents: `[docid, text]` each; in the order of the index, which otherwise writes out a segment for each. */
export const addRows = (rows: [number, string][]): SQL =>
  sql`insert into journal_search (rowid, words)
      select ${rowidOf(sql`json_extract(value, '$[0]')`)}, json_extract(value, '$[1]')
      from json_each(${JSON.stringify(rows)}) order by 1`

export const removeRow = (docid: number): SQL =>
  sql`delete from journal_search where rowid = ${rowidOf(whole(docid))}`

/** Docids of matches between `low` and `high`, newest first. */
export const matchingRows = (match: unknown, low: unknown, high: unknown, wanted: unknown): SQL =>
  sql`(select -rowid as docid from journal_search
      where journal_search match ${match} and rowid between ${rowidOf(whole(high))} and ${rowidOf(whole(low))}
      order by rowid limit ${whole(wanted)}) as found`
