import { and, eq, sql } from 'drizzle-orm'
import type { Reader, Select } from '../../../core/storage'
import { journalTotals } from '../tables'
import type { Filter } from './filter'
import { labelOfPair } from './labels'
import { buildCount, buildList, type ListedRow, mostCounted, nameOf, type Shape } from './list-query'
import { allTypes } from './totals'

/** Where a page begins: after an entry, or after so many. */
export interface Start {
  after: { occurredAt: number; id: string } | undefined
  offset: number
}

/** How many there are; counting stops where no total is kept, and says so. */
export interface Total {
  total: number
  total_relation: 'eq' | 'gte'
}

/** The label that is looked through; undefined without a tag or symbol. */
const labelOf = ({ tag, symbol }: Filter) =>
  tag !== undefined && symbol !== undefined ? labelOfPair(tag, symbol) : (tag ?? symbol)

const shapeOf = (filter: Filter, after: boolean): Shape => ({
  entry_type: filter.entry_type !== undefined,
  tag: filter.tag !== undefined,
  symbol: filter.symbol !== undefined,
  from: filter.from !== undefined,
  to: filter.to !== undefined,
  after,
})

/** A row of a list that tells the kept total too. */
type CountedRow = ListedRow & { total: number }

/** Only the sums of all entries and of each type are kept. */
const isKept = ({ tag, symbol, from, to }: Filter) =>
  tag === undefined && symbol === undefined && !from && !to

/** Some entries of a list, how many there are in all, and whether more follow. */
export interface Counted {
  rows: ListedRow[]
  total: Total
  more: boolean
}

/** The same, counted: at most `limit` rows. Where the total is kept it comes along, and tells without another row whether more follow. */
export async function listCounted(
  db: Reader,
  owner: string,
  filter: Filter,
  start: Start,
  limit: number,
): Promise<Counted> {
  if (isKept(filter) && !start.after) {
    const rows = (await listEntries(db, owner, filter, start, limit, true)) as CountedRow[]
    const [first] = rows
    if (!first) return { rows, total: await countEntries(db, owner, filter), more: false }
    const { total } = first
    return { rows, total: { total, total_relation: 'eq' }, more: total > start.offset + rows.length }
  }
  const [rows, total] = await Promise.all([
    listEntries(db, owner, filter, start, limit + 1),
    countEntries(db, owner, filter),
  ])
  return { rows: rows.slice(0, limit), total, more: rows.length > limit }
}

/** Entries newest first by (occurred_at, id): at most `limit`, each read costing the same however many there are. */
export function listEntries(
  db: Reader,
  owner: string,
  filter: Filter,
  { after, offset }: Start,
  limit: number,
  total = false,
): Promise<ListedRow[]> {
  const shape = { ...shapeOf(filter, after !== undefined), total }
  const name = nameOf('list', shape)
  const build = (select: Select) => buildList(select, db.dialect, shape)
  const position = after ? { after_at: new Date(after.occurredAt), after_id: after.id } : {}
  return db.prepared<ListedRow[]>(name, build, {
    owner,
    ...filter,
    label: labelOf(filter),
    ...position,
    limit,
    offset,
  })
}

/** How many entries the filter lets through: exact and kept for all or one type, else counted up to a bound. */
export async function countEntries(db: Reader, owner: string, filter: Filter): Promise<Total> {
  if (isKept(filter)) {
    return { total: await readTotal(db, owner, filter.entry_type ?? allTypes), total_relation: 'eq' }
  }
  const shape = shapeOf(filter, false)
  const build = (select: Select) => buildCount(select, db.dialect, shape)
  const [counted] = await db.prepared<{ total: number }[]>(nameOf('count', shape), build, {
    owner,
    ...filter,
    label: labelOf(filter),
  })
  const total = Number(counted!.total)
  return total > mostCounted ? { total: mostCounted, total_relation: 'gte' } : { total, total_relation: 'eq' }
}

async function readTotal(db: Reader, owner: string, entryType: string): Promise<number> {
  const build = (select: Select) => {
    const t = journalTotals.on(db.dialect)
    const { owner, entry_type } = {
      owner: sql.placeholder('owner'),
      entry_type: sql.placeholder('entry_type'),
    }
    return select
      .select({ entries: t.entries })
      .from(t)
      .where(and(eq(t.owner, owner), eq(t.entry_type, entry_type)))
  }
  const params = { owner, entry_type: entryType }
  const [row] = await db.prepared<{ entries: number }[]>('journal.total', build, params)
  return row?.entries ?? 0
}
