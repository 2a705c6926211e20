import { type SQL, sql } from 'drizzle-orm'
import type { Words } from './document'
import type { Query, Term } from './query'

/** Stands where no phrase may run across. The tokenizer takes it for a word, but no query of ours can hold it. */
const gap = '¶'

/** A document as FTS5 stores it: words between blanks, positions kept. */
export const bodyOf = (words: Words): string => words.map((word) => word ?? gap).join(' ')

const termText = ({ words, prefix }: Term) => `body:"${words.join(' ')}"${prefix ? '*' : ''}`

/** A MATCH expression. Words are letters and digits alone, so quoting them is all it takes. */
export function matchText(query: Query, keys: readonly string[]): string {
  const wanted = [...keys.map((key) => `keys:"${key}"`), ...query.wanted.map(termText)].join(' AND ')
  if (query.unwanted.length === 0) return wanted
  return `(${wanted}) NOT (${query.unwanted.map(termText).join(' OR ')})`
}

// SQLite compares rowids with whole numbers only, and a number above 2^31 arrives as a float.
const whole = (value: unknown) => sql`cast(${value} as integer)`

/** Adds documents: `[docid, keys, body]` each. */
export const addRows = (rows: [number, string, string][]): SQL =>
  sql`insert into journal_search (rowid, keys, body)
      select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
      from json_each(${JSON.stringify(rows)})`

export const removeRows = (docids: readonly number[]): SQL =>
  sql`delete from journal_search where rowid in (select value from json_each(${JSON.stringify(docids)}))`

/** Docids of matches between `low` and `high`, newest first. */
export const matchingRows = (match: unknown, low: unknown, high: unknown, wanted: unknown): SQL =>
  sql`(select rowid as docid from journal_search
      where journal_search match ${match} and rowid between ${whole(low)} and ${whole(high)}
      order by rowid desc limit ${whole(wanted)}) as found`
