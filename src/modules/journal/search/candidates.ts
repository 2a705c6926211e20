import { desc, sql } from 'drizzle-orm'
import type { Dialect, Reader, Select } from '../../../core/storage'
import type { EntryRow } from '../entries/entry'
import type { Filter } from '../entries/filter'
import { selectFound } from '../entries/ownership'
import { journalEntries } from '../tables'
import { readFrequentWords } from './frequent-words'
import * as fts5 from './fts5'
import { labelKeys, ownerKey } from './keys'
import { spellOut } from './prefixes'
import type { Query } from './query'
import * as tsvector from './tsvector'

/** Docids, both included. */
export interface DocidRange {
  low: number
  high: number
}

export type Candidate = Omit<EntryRow, 'owner' | 'client_id'>

/** What is looked for: words and labels. */
export interface Criteria {
  query: Query
  filter: Filter
}

/** The newest entries that match, at most `wanted`; the index alone decides, so it costs the same among a million. */
export async function findCandidates(
  db: Reader,
  owner: string,
  criteria: Criteria,
  range: DocidRange,
  wanted: number,
): Promise<Candidate[]> {
  const expressions = await expressionsOf(db, owner, criteria)
  const build = (select: Select) => buildSearch(select, db.dialect)
  return db.prepared<Candidate[]>('journal.search', build, { owner, ...expressions, ...range, wanted })
}

/** The query in the language of the database's index, narrowed by owner and labels. */
async function expressionsOf(db: Reader, owner: string, { query, filter }: Criteria) {
  const keys = labelKeys({
    entry_type: filter.entry_type,
    tags: filter.tag === undefined ? [] : [filter.tag],
    symbols: filter.symbol === undefined ? [] : [filter.symbol],
  })
  if (db.dialect === 'postgres') {
    return {
      expression: tsvector.queryText(query, keys),
      lexemes: JSON.stringify(tsvector.lexemesOf(query, keys)),
    }
  }
  const key = ownerKey(owner)
  const hasPhrase = [...query.wanted, ...query.unwanted].some(({ words }) => words.length > 1)
  const known = {
    spelled: await spellOut(db, key, query),
    isFrequent: hasPhrase ? await readFrequentWords(db, key) : undefined,
  }
  return { expression: fts5.matchText(key, query, keys, known) }
}

function buildSearch(select: Select, dialect: Dialect) {
  const { docid } = journalEntries.on(dialect)
  const [expression, lexemes, low, high, wanted] = ['expression', 'lexemes', 'low', 'high', 'wanted'].map(
    (name) => sql.placeholder(name),
  )
  const rows =
    dialect === 'postgres'
      ? tsvector.matchingRows(expression, lexemes, low, high, wanted)
      : fts5.matchingRows(expression, low, high, wanted)
  return selectFound(select, dialect, {
    rows,
    isNamed: sql`${docid} = found.docid`,
    order: [desc(sql`found.docid`)],
  })
}
