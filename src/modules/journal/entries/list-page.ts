import { invalid } from '../../../core/errors'
import type { Reader } from '../../../core/storage'
import { decodeCursor, encodeCursor } from './cursor'
import { type EntryView, viewEntry } from './entry'
import type { Filter } from './filter'
import { fitting } from './fitting'
import { listCounted, type Start, type Total } from './list'
import type { ListedRow } from './list-query'
import { isTime } from './time'

/** One page of a list on the wire. */
export interface EntryPage extends Total {
  entries: EntryView[]
  count: number
  next_cursor: string | null
}

/** Where a page with this cursor or offset begins; throws `invalid` for a cursor that no list gave. */
export const startOf = (cursor: string | undefined, offset: number | undefined): Start => {
  if (cursor !== undefined && offset)
    throw invalid('/offset', 'cannot be combined with cursor; use one of them')
  if (cursor === undefined) return { after: undefined, offset: offset ?? 0 }
  const [occurredAt, id] = decodeCursor('list', cursor, ['number', 'string'])
  if (!isTime(occurredAt))
    throw invalid('/cursor', 'must be the next_cursor of an earlier answer to the same call')
  return { after: { occurredAt, id }, offset: 0 }
}

/** The cursor of what follows a row. */
export const cursorAfter = ({ occurred_at, id }: Pick<ListedRow, 'occurred_at' | 'id'>): string =>
  encodeCursor('list', [occurred_at.getTime(), id])

/** A page, how many match in all, and the cursor of the next page: it stays right while entries are added. */
export async function listPage(
  db: Reader,
  owner: string,
  filter: Filter,
  page: { limit: number; cursor?: string; offset?: number },
): Promise<EntryPage> {
  const start = startOf(page.cursor, page.offset)
  const { rows, total, more } = await listCounted(db, owner, filter, start, page.limit)
  // Who counts pages by offset would skip what a shorter page leaves out.
  const fit = page.offset === undefined ? fitting(rows, page.limit) : page.limit
  const shown = rows.length > fit ? rows.slice(0, fit) : rows
  const last = more || rows.length > fit ? shown.at(-1) : undefined
  return {
    entries: shown.map(viewEntry),
    count: shown.length,
    ...total,
    next_cursor: last ? cursorAfter(last) : null,
  }
}
