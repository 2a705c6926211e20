import { createHash } from 'node:crypto'
import type { Reader } from '../../../core/storage'
import { decodeCursor, encodeCursor } from '../entries/cursor'
import { type EntryView, viewEntry } from '../entries/entry'
import type { Filter } from '../entries/filter'
import { fitting } from '../entries/fitting'
import type { Total } from '../entries/list'
import { type Candidate, type DocidRange, findCandidates } from './candidates'
import { docidRange } from './docid'
import { type Document, documentOf } from './document'
import type { Query } from './query'
import { score } from './rank'
import { snippet } from './snippet'

/** What is looked for, and whose. */
export interface Search {
  owner: string
  query: Query
  filter: Filter
}

/** A match on the wire. */
export interface Hit extends EntryView {
  score: number
  snippet: string
}

export interface HitPage extends Total {
  entries: Hit[]
  count: number
  next_cursor: string | null
}

/**
 * Matches are ranked among the newest so many, then among the next so many, and so on: ranking all of a million would cost what a
 * million costs.
 */
export const windowSize = 200

/** Where a page goes on. A window's bounds are kept, so entries that are added later shift nothing. */
interface Place {
  /** Undefined: the window is what the newest matches below `high` make it. */
  low: number | undefined
  high: number
  after: Rank | undefined
  /** Whether older matches than the window's are known to exist. */
  older: boolean
  total: Total
}

/** What matches of a window are ordered by: score, then time (milliseconds), then id, all descending. */
interface Rank {
  score: number
  at: number
  id: string
}

interface Ranked {
  row: Candidate
  document: Document
  score: number
}

/** A match, and the place whose window it was found in. */
type Found = Ranked & { place: Place }

/** One page of matches: by score within a window, newer first among equals. */
export async function searchEntries(
  db: Reader,
  search: Search,
  page: { limit: number; cursor?: string },
): Promise<HitPage> {
  const all = docidRange(search.filter.from?.getTime() ?? 0, search.filter.to?.getTime() ?? Date.UTC(2200))
  const print = fingerprint(search)
  let place = page.cursor === undefined ? firstPlace(all) : decodePlace(print, page.cursor)
  const found: Found[] = []
  for (;;) {
    const window = await readWindow(db, search, all, place)
    place = window.place
    for (const ranked of window.ranked) found.push({ ...ranked, place })
    if (found.length >= page.limit || !place.older) break
    place = { ...place, low: undefined, high: place.low! - 1, after: undefined }
  }
  const hits = found.slice(
    0,
    fitting(
      found.map(({ row }) => row),
      page.limit,
    ),
  )
  const goesOn = hits.length < found.length || place.older
  return {
    entries: hits.map(({ row, document, score }) => ({
      ...viewEntry(row),
      score,
      snippet: snippet(row.entry, document, search.query),
    })),
    count: hits.length,
    ...place.total,
    next_cursor: goesOn ? encodePlace(print, hits.at(-1)!) : null,
  }
}

async function readWindow(
  db: Reader,
  { owner, query, filter }: Search,
  all: DocidRange,
  place: Place,
): Promise<{ ranked: Ranked[]; place: Place }> {
  const range = { low: place.low ?? all.low, high: place.high }
  // A window that was read before may have grown by entries of an older date; all of them belong to it.
  const wanted = place.low === undefined ? windowSize + 1 : 5 * windowSize
  const found = await findCandidates(db, owner, { query, filter }, range, wanted)
  const older = place.low === undefined ? found.length > windowSize : place.older
  const inWindow = place.low === undefined ? found.slice(0, windowSize) : found
  const rows = inWindow.filter(({ occurred_at: at }) => within(at, filter))
  const low = place.low ?? (older ? inWindow.at(-1)!.docid : all.low)
  const total = place.total.total >= 0 ? place.total : totalOf(rows.length, older)
  return { ranked: rank(rows, query, place.after), place: { ...place, low, older, total } }
}

/** Docids know seconds; the span knows milliseconds. */
const within = (at: Date, { from, to }: Filter) => (!from || at >= from) && (!to || at <= to)

const totalOf = (found: number, older: boolean): Total => ({
  total: found,
  total_relation: older ? 'gte' : 'eq',
})

function rank(rows: Candidate[], query: Query, after: Place['after']): Ranked[] {
  const ranked = rows.map((row) => {
    const document = documentOf(row)
    return { row, document, score: score(document.words, query) }
  })
  ranked.sort((a, b) => compare(rankOf(a), rankOf(b)))
  return after ? ranked.filter((one) => compare(rankOf(one), after) > 0) : ranked
}

const rankOf = ({ row, score }: Ranked): Rank => ({ score, at: row.occurred_at.getTime(), id: row.id })

/** Docids will not do: they know seconds, and entries are often stored within one. */
const compare = (a: Rank, b: Rank) =>
  b.score - a.score || b.at - a.at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)

const unknownTotal: Total = { total: -1, total_relation: 'eq' }

const firstPlace = ({ high }: DocidRange): Place => ({
  low: undefined,
  high,
  after: undefined,
  older: false,
  total: unknownTotal,
})

/** Ties a cursor to its search: with other words it would skip matches unnoticed. */
const fingerprint = ({ query, filter }: Search) =>
  createHash('sha256')
    .update(JSON.stringify([query, filter]))
    .digest('base64url')
    .slice(0, 8)

function encodePlace(print: string, last: Found): string {
  const { low, high, older, total } = last.place
  const { score, at, id } = rankOf(last)
  const after = [score, at, id]
  return encodeCursor(`search:${print}`, [
    low!,
    high,
    ...after,
    older ? 1 : 0,
    total.total,
    total.total_relation,
  ])
}

function decodePlace(print: string, cursor: string): Place {
  const [low, high, score, at, id, older, total, relation] = decodeCursor(`search:${print}`, cursor, [
    'number',
    'number',
    'number',
    'number',
    'string',
    'number',
    'number',
    'string',
  ])
  return {
    low: Math.trunc(low),
    high: Math.trunc(high),
    after: { score, at, id },
    older: older === 1,
    total: { total: Math.max(0, Math.trunc(total)), total_relation: relation === 'eq' ? 'eq' : 'gte' },
  }
}
