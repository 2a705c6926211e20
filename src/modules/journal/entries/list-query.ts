import { and, desc, eq, gte, lte, type SQL, sql } from 'drizzle-orm'
import type { Dialect, Select } from '../../../core/storage'
import { journalEntries, journalLabels } from '../tables'
import type { EntryRow } from './entry'

/** Which filters a list has; each combination is one prepared query. */
export type Shape = Record<'entry_type' | 'tag' | 'symbol' | 'from' | 'to' | 'after', boolean>

/** What a list shows of a row. */
export type ListedRow = Omit<EntryRow, 'owner' | 'docid' | 'client_id'>

/** Matches that are counted before `total` becomes "at least". */
export const mostCounted = 1_000

/** The name under which a shape's query is kept prepared. */
export const nameOf = (kind: string, shape: Shape): string =>
  `journal.${kind}.${Object.entries(shape)
    .filter(([, on]) => on)
    .map(([name]) => name)
    .join('_')}`

const given = (name: string) => sql.placeholder(name)

/** Newest first; placeholders: owner, limit, offset, and those of the shape (after: after_at, after_id). */
export function buildList(select: Select, dialect: Dialect, shape: Shape) {
  const t = journalEntries.on(dialect)
  const order = orderOf(dialect, shape)
  const query = select.select(listedColumns(dialect)).from(t).$dynamic()
  const joined = driver(shape) ? (query.innerJoin(...labelJoin(dialect)) as unknown as typeof query) : query
  return joined
    .where(and(...conditions(dialect, shape)))
    .orderBy(desc(order.at), desc(order.id))
    .limit(given('limit'))
    .offset(given('offset'))
}

/** Counts matches, one beyond `mostCounted` at most; placeholders as for the list. */
export function buildCount(select: Select, dialect: Dialect, shape: Shape) {
  const t = journalEntries.on(dialect)
  const query = select
    .select({ one: sql`1`.as('one') })
    .from(t)
    .$dynamic()
  const joined = driver(shape) ? (query.innerJoin(...labelJoin(dialect)) as unknown as typeof query) : query
  const found = joined
    .where(and(...conditions(dialect, shape)))
    .limit(mostCounted + 1)
    .as('found')
  return select.select({ total: sql<number>`count(*)` }).from(found)
}

function listedColumns(dialect: Dialect) {
  const { id, entry, entry_type, tags, symbols, metadata, occurred_at, created_at, updated_at } =
    journalEntries.on(dialect)
  return { id, entry, entry_type, tags, symbols, metadata, occurred_at, created_at, updated_at }
}

/** The label whose index leads, when there is one; a second is looked up for each of its entries. */
const driver = (shape: Shape) => (shape.tag ? 'tag' : shape.symbol ? 'symbol' : undefined)

function labelJoin(dialect: Dialect) {
  const t = journalEntries.on(dialect)
  const l = journalLabels.on(dialect)
  return [l, eq(t.id, l.entry_id)] as const
}

function orderOf(dialect: Dialect, shape: Shape) {
  const t = journalEntries.on(dialect)
  const l = journalLabels.on(dialect)
  return driver(shape) ? { at: l.occurred_at, id: l.entry_id } : { at: t.occurred_at, id: t.id }
}

function conditions(dialect: Dialect, shape: Shape): SQL[] {
  const t = journalEntries.on(dialect)
  const { at, id } = orderOf(dialect, shape)
  const time = (name: string) => sql.param(given(name), t.occurred_at)
  const found = [eq(t.owner, given('owner')), ...labelConditions(dialect, shape)]
  if (shape.entry_type) found.push(eq(t.entry_type, given('entry_type')))
  if (shape.from) found.push(gte(at, time('from')))
  if (shape.to) found.push(lte(at, time('to')))
  if (shape.after) found.push(sql`(${at}, ${id}) < (${time('after_at')}, ${given('after_id')})`)
  return found
}

function labelConditions(dialect: Dialect, shape: Shape): SQL[] {
  const t = journalEntries.on(dialect)
  const l = journalLabels.on(dialect)
  const kind = driver(shape)
  if (!kind) return []
  const leading = [
    eq(l.owner, given('owner')),
    sql`${l.kind} = ${sql.raw(`'${kind}'`)}`,
    eq(l.label, given(kind)),
  ]
  if (!(shape.tag && shape.symbol)) return leading
  return [
    ...leading,
    sql`exists (select 1 from ${l} as other where other.owner = ${given('owner')} and other.kind = 'symbol'
        and other.label = ${given('symbol')} and other.occurred_at = ${t.occurred_at} and other.entry_id = ${t.id})`,
  ]
}
