import { type SQL, sql } from 'drizzle-orm'
import type { Reader } from '../../../core/storage'
import type { Words } from './document'
import type { Query, Term } from './query'

/*
 * On SQLite alone. A table of the words that entries have tells what a prefix stands for: FTS5 would gather it from every entry that fits, and
 * steps over a word only through all entries that have it.
 */

/** FTS5 keeps its own lists for prefixes up to this length (see the migration). */
const longestListed = 3
/** A prefix of more words is left to FTS5: it looks for each of them. */
const mostWords = 250

const isLong = ({ words, prefix }: Term) => prefix && [...words.at(-1)!].length > longestListed

/** The whole words that a long prefix stands for, term by term; a prefix of none or of very many is not among them. */
export type Spelled = Map<Term, Term[]>

/** Looks up what the long prefixes of a query stand for among an owner's words; `owner` is the key that these begin with. */
export async function spellOut(db: Reader, owner: string, { wanted, unwanted }: Query): Promise<Spelled> {
  const spelled: Spelled = new Map()
  for (const term of [...wanted, ...unwanted].filter(isLong)) {
    const before = term.words.slice(0, -1)
    const found = await db.rows<{ word: string }>(wordsFrom(owner + term.words.at(-1)!))
    if (found.length === 0 || found.length > mostWords) continue
    const forms = found.map(({ word }) => ({ words: [...before, word.slice(owner.length)], prefix: false }))
    spelled.set(term, forms)
  }
  return spelled
}

const wordsFrom = (prefix: string) =>
  sql`select word from journal_words where word >= ${prefix} and word < ${`${prefix}\u{10ffff}`} limit ${mostWords + 1}`

/** The words of documents that a long prefix can stand for, each once, as the table has them. */
function listWords(owner: string, documents: Words[]): string {
  const words = new Set(documents.flat())
  return JSON.stringify(
    [...words].filter((word) => word && word.length > longestListed).map((word) => owner + word),
  )
}

export const addWords = (owner: string, documents: Words[]): SQL =>
  sql`insert or ignore into journal_words (word) select value from json_each(${listWords(owner, documents)})`

/** Forgets the words of a document that is no longer in the index, as far as no other has them. */
export const removeWords = (owner: string, document: Words): SQL =>
  sql`delete from journal_words where word in (select value from json_each(${listWords(owner, [document])}))
      and not exists (select 1 from journal_search where journal_search match '"' || word || '"')`

/** Forgets all words of an owner. */
export const removeAllWords = (owner: string): SQL =>
  sql`delete from journal_words where word >= ${owner} and word < ${`${owner}\u{10ffff}`}`
