import { desc, eq, type SQL, sql } from 'drizzle-orm'
import type { Reader, Writer } from '../../../core/storage'
import { journalEntries } from '../tables'
import { documentOf, type Searchable } from './document'
import { hash } from './hash'

/*
 * On SQLite alone. FTS5 looks for a phrase in every entry that has all of its words, which are most entries where the words are frequent. So pairs of
 * frequent words are in the index as well; pairs of all words would make storing a third dearer. Which are frequent is learned once, from the first
 * entries that an owner has; these are marked as having no pairs.
 */

/** Tells whether a word of an owner counts as frequent; the same for ever once it is known. */
export type IsFrequent = (word: string) => boolean

/** Entries that are learned from. */
const sample = 1_000
/** Of these a frequent word is in so many. */
const leastEntries = 30
const mostWords = 256

/** What was learned of an owner, whose words begin with the key `owner`; undefined before. */
export async function readFrequentWords(db: Reader, owner: string): Promise<IsFrequent | undefined> {
  const [row] = await db.rows<{ hashes: string }>(
    sql`select hashes from journal_frequent_words where owner = ${owner}`,
  )
  return row && isAmong(JSON.parse(row.hashes))
}

/** Of hashes, so that no word stays behind when its entries go; of two words with the same hash both are frequent. */
function isAmong(hashes: number[]): IsFrequent {
  const frequent = new Set(hashes)
  return (word) => frequent.has(hash(word))
}

/** Learns from the newest entries of an owner who has enough of them. */
export async function learnFrequentWords(
  tx: Writer,
  owner: string,
  key: string,
): Promise<IsFrequent | undefined> {
  const t = journalEntries.on(tx.dialect)
  const newest = tx
    .select({ entry: t.entry, tags: t.tags, symbols: t.symbols })
    .from(t)
    .where(eq(t.owner, owner))
    .orderBy(desc(t.occurred_at), desc(t.id))
  const [last] = await newest.limit(1).offset(sample - 1)
  if (!last) return undefined
  const hashes = mostFrequent(await newest.limit(sample).offset(0)).map(hash)
  await tx.execute(
    sql`insert into journal_frequent_words (owner, hashes) values (${key}, ${JSON.stringify(hashes)})`,
  )
  return isAmong(hashes)
}

function mostFrequent(entries: Searchable[]): string[] {
  const counts = new Map<string, number>()
  for (const entry of entries) {
    for (const word of new Set(documentOf(entry).words)) {
      if (word !== null) counts.set(word, (counts.get(word) ?? 0) + 1)
    }
  }
  const frequent = [...counts].filter(([, count]) => count >= leastEntries).sort(([, a], [, b]) => b - a)
  return frequent.slice(0, mostWords).map(([word]) => word)
}

/** Forgets what was learned of an owner. */
export const forgetFrequentWords = (owner: string): SQL =>
  sql`delete from journal_frequent_words where owner = ${owner}`
