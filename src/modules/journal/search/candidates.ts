import { and, desc, sql } from 'drizzle-orm'
import type { Dialect, Reader, Select } from '../../../core/storage'
import type { EntryRow } from '../entries/entry'
import type { Filter } from '../entries/filter'
import { isOwned } from '../entries/ownership'
import { journalEntries } from '../tables'
import { documentOf } from './document'
import * as fts5 from './fts5'
import { labelKeys, ownerKey } from './keys'
import { fitsPrefixes, loosen } from './prefixes'
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
  const loose = db.dialect === 'sqlite' ? loosen(criteria.query) : undefined
  if (!loose) return lookUp(db, owner, criteria, range, wanted)
  // Where most of what a shorter prefix finds fits the longer one too, looking is cheaper than gathering every word's entries.
  const tried = await lookUp(db, owner, { ...criteria, query: loose }, range, 2 * wanted)
  const fitting = tried.filter((row) => fitsPrefixes(documentOf(row).words, criteria.query))
  const complete = tried.length < 2 * wanted || fitting.length >= wanted
  return complete ? fitting.slice(0, wanted) : lookUp(db, owner, criteria, range, wanted)
}

function lookUp(
  db: Reader,
  owner: string,
  criteria: Criteria,
  range: DocidRange,
  wanted: number,
): Promise<Candidate[]> {
  const expression = expressionOf(db.dialect, owner, criteria)
  const build = (select: Select) => buildSearch(select, db.dialect)
  return db.prepared<Candidate[]>('journal.search', build, { owner, expression, ...range, wanted })
}

/** The query in the language of the database's index, narrowed by owner and labels. */
function expressionOf(dialect: Dialect, owner: string, { query, filter }: Criteria): string {
  const keys = labelKeys({
    entry_type: filter.entry_type,
    tags: filter.tag === undefined ? [] : [filter.tag],
    symbols: filter.symbol === undefined ? [] : [filter.symbol],
  })
  return dialect === 'postgres'
    ? tsvector.queryText(query, keys)
    : fts5.matchText(ownerKey(owner), query, keys)
}

function buildSearch(select: Select, dialect: Dialect) {
  const t = journalEntries.on(dialect)
  const { id, entry, entry_type, tags, symbols, metadata, occurred_at, created_at, updated_at, docid } = t
  const columns = {
    id,
    entry,
    entry_type,
    tags,
    symbols,
    metadata,
    occurred_at,
    created_at,
    updated_at,
    docid,
  }
  const [expression, low, high, wanted] = ['expression', 'low', 'high', 'wanted'].map((name) =>
    sql.placeholder(name),
  )
  const { matchingRows } = dialect === 'postgres' ? tsvector : fts5
  return select
    .select(columns)
    .from(matchingRows(expression, low, high, wanted))
    .innerJoin(t, and(sql`${t.docid} = found.docid`, isOwned(dialect)))
    .orderBy(desc(sql`found.docid`))
}
