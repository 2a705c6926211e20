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

const characters = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ#@'

/** Text as one of so many characters. */
const characterOf = (text: string, count: number) => characters[hash(text) % count]!

/**
 * Neighbouring words as one of 16,384: next to the words themselves that is enough to find a phrase without looking at every entry that has its
 * words somewhere. A character each for the first word, for two letters of the next and for the whole of that, so the pairs with a next word that may go on
 * begin alike. Begins as no word and no key does.
 */
const pairOf = (word: string, next: string) => pairPrefixOf(word, next) + characterOf(next, 8)

const pairPrefixOf = (word: string, next: string) =>
  `+${characterOf(word, 64)}${characterOf(next.slice(0, 2), 32)}`

/** Pairs that an entry with the phrase has, as tsquery literals; `shelf` stands before each. */
const pairsOf = ({ words, prefix }: Term, shelf = '') =>
  words
    .slice(1)
    .map((word, at) =>
      prefix && at === words.length - 2
        ? `${quoted(shelf + pairPrefixOf(words[at]!, word))}:*`
        : quoted(shelf + pairOf(words[at]!, word)),
    )

function termText({ words, prefix }: Term): string {
  const text = words.map(quoted).join(' <-> ') + (prefix ? ':*' : '')
  return words.length > 1 ? `(${text})` : text
}

/** A tsquery literal. Words are letters and digits alone, so quoting them is all it takes. */
export function queryText({ wanted, unwanted }: Query, keys: readonly string[]): string {
  const all = [...keys.map((key) => quoted(mark + key)), ...wanted.flatMap((term) => pairsOf(term))]
  return [...all, ...wanted.map(termText), ...unwanted.map((term) => `!${termText(term)}`)].join(' & ')
}

/** Stands where the word index has the owner and the time of an entry, before each of its words. */
const shelf = '~'

/**
 * What each entry that is found has among its words, and after a `!` what none of them has: tsquery literals of one word, for the word index. It finds
 * nothing by what is missing alone.
 */
export function lexemesOf({ wanted, unwanted }: Query, keys: readonly string[]): string[] {
  const all = [
    ...keys.map((key) => quoted(shelf + mark + key)),
    ...wanted.flatMap((term) => [...pairsOf(term, shelf), ...wordsOf(term)]),
  ]
  if (all.length === 0) return []
  const none = unwanted.filter(({ words }) => words.length === 1).flatMap(wordsOf)
  return [...new Set([...all, ...none.map((word) => `!${word}`)])]
}

const wordsOf = ({ words, prefix }: Term) =>
  words.map((word, at) => quoted(shelf + word) + (prefix && at === words.length - 1 ? ':*' : ''))

/**
 * Kilobytes of what the word index has yet to take in, through which every search looks: once a statement makes it longer, the index takes it in. That costs less
 * the more there is at once, so of many documents the last one does it.
 */
const [shortList, longList] = [128, 4096]

/** Adds documents of an owner, `[docid, vector]` each: what to run, in this order. */
export const addRows = (owner: string, rows: [number, string][]): SQL[] => [
  ...(rows.length > 1 ? [insertRows(owner, rows.slice(0, -1), longList)] : []),
  insertRows(owner, rows.slice(-1), shortList),
]

const insertRows = (owner: string, rows: [number, string][], list: number): SQL =>
  sql`with list as materialized (select set_config('gin_pending_list_limit', ${String(list)}, true))
      insert into holdfast.journal_search (owner, docid, words)
      select ${owner}::text, (row ->> 0)::bigint, (row ->> 1)::tsvector
      from list, jsonb_array_elements((${JSON.stringify(rows)}::text)::jsonb) as row`

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
