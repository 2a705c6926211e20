import { type SQL, sql } from 'drizzle-orm'
import type { Words } from './document'
import type { Query, Term } from './query'

/** Marks keys among the words; no word of a text can begin with it. */
const mark = '§'

const quoted = (word: string) => `'${word}'`

/** A document as a tsvector literal: our words with our positions; Postgres' own parsers have no say. */
export function vectorText(words: Words, keys: readonly string[]): string {
  const positions = new Map<string, number[]>()
  for (const [at, word] of words.entries()) {
    if (word === null) continue
    const known = positions.get(word)
    if (known) known.push(at + 1)
    else positions.set(word, [at + 1])
  }
  const lexemes = [...positions].map(([word, at]) => `${quoted(word)}:${at.join(',')}`)
  return [...keys.map((key) => quoted(mark + key)), ...lexemes].join(' ')
}

function termText({ words, prefix }: Term): string {
  const text = words.map(quoted).join(' <-> ') + (prefix ? ':*' : '')
  return words.length > 1 ? `(${text})` : text
}

/** A tsquery literal. Words are letters and digits alone, so quoting them is all it takes. */
export function queryText(query: Query, keys: readonly string[]): string {
  const wanted = [...keys.map((key) => quoted(mark + key)), ...query.wanted.map(termText)]
  return [...wanted, ...query.unwanted.map((term) => `!${termText(term)}`)].join(' & ')
}

/** Adds documents of an owner: `[docid, vector]` each. */
export const addRows = (owner: string, rows: [number, string][]): SQL =>
  sql`insert into holdfast.journal_search (owner, docid, words)
      select ${owner}::text, (row ->> 0)::bigint, (row ->> 1)::tsvector
      from jsonb_array_elements((${JSON.stringify(rows)}::text)::jsonb) as row`

export const removeRows = (owner: string, docids: readonly number[]): SQL =>
  sql`delete from holdfast.journal_search where owner = ${owner} and docid in
      (select value::bigint from jsonb_array_elements_text((${JSON.stringify(docids)}::text)::jsonb))`

/** Docids of the caller's matches between `low` and `high`; see the migration for why this is a function. */
export const matchingRows = (query: unknown, low: unknown, high: unknown, wanted: unknown): SQL =>
  sql`holdfast.journal_matches((${query}::text)::tsquery, ${low}::bigint, ${high}::bigint, ${wanted}::integer) as found (docid)`
