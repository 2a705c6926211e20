import { and, desc, eq, getTableColumns, gte, lte, type SQL, sql } from 'drizzle-orm'
import type { Dialect, Select } from '../../../core/storage'
import { journalEntries, journalLabels, journalTotals } from '../tables'
import type { EntryRow } from './entry'
import { selectFound } from './ownership'
import { allTypes } from './totals'

/** Which filters a list has; each combination is one prepared query. */
export type Shape = Record<'entry_type' | 'tag' | 'symbol' | 'from' | 'to' | 'after', boolean> & {
  /** Each row tells the kept total too: that of the owner, or of the owner's entries of the type. */
  total?: boolean
}

/** What a list shows of a row. */
export type ListedRow = Omit<EntryRow, 'owner' | 'docid'>

/** Matches that are counted before `total` becomes "at least". */
export const mostCounted = 1_000

/** The name under which a shape's query is kept prepared. */
export function nameOf(kind: string, shape: Shape): string {
  let name = `journal.${kind}`
  for (const part in shape) if (shape[part as keyof Shape]) name += `.${part}`
  return name
}

const given = (name: string) => sql.placeholder(name)

/** Which labels are looked through, if any. */
const kindOf = ({ tag, symbol }: Shape) =>
  tag && symbol ? 'pair' : tag ? 'tag' : symbol ? 'symbol' : undefined

/** Newest first; placeholders: owner, limit, offset, and those of the shape (tag, symbol: label; after: after_at, after_id). */
export const buildList = (select: Select, dialect: Dialect, shape: Shape) =>
  kindOf(shape) ? listByLabel(select, dialect, shape) : listAll(select, dialect, shape)

function listAll(select: Select, dialect: Dialect, shape: Shape) {
  const t = journalEntries.on(dialect)
  const columns = listedColumns(dialect)
  const selected = shape.total ? { ...columns, total: keptTotal(dialect, shape) } : columns
  return select
    .select(selected as typeof columns)
    .from(t)
    .where(entryConditions(dialect, shape))
    .orderBy(desc(t.occurred_at), desc(t.id))
    .limit(given('limit'))
    .offset(given('offset'))
}

/** Labels hold all that filters need, so the page is found among them and only its entries are read. */
function listByLabel(select: Select, dialect: Dialect, shape: Shape) {
  const t = journalEntries.on(dialect)
  const l = journalLabels.on(dialect)
  const page = select
    .select({ entry_id: l.entry_id, at: l.occurred_at })
    .from(l)
    .where(labelConditions(dialect, shape))
    .orderBy(desc(l.occurred_at), desc(l.entry_id))
    .limit(given('limit'))
    .offset(given('offset'))
    .as('page')
  const order = [desc(page.at), desc(page.entry_id)]
  return selectFound(select, dialect, { rows: sql`${page}`, isNamed: eq(t.id, page.entry_id), order })
}

/** Counts matches, one beyond the most that are counted; placeholders as for the list. */
export function buildCount(select: Select, dialect: Dialect, shape: Shape) {
  const labelled = kindOf(shape) !== undefined
  const from = labelled ? journalLabels.on(dialect) : journalEntries.on(dialect)
  const found = select
    .select({ one: sql`1`.as('one') })
    .from(from)
    .where(labelled ? labelConditions(dialect, shape) : entryConditions(dialect, shape))
    .limit(mostCounted + 1)
    .as('found')
  return select.select({ total: sql<number>`count(*)` }).from(found)
}

function keptTotal(dialect: Dialect, { entry_type }: Shape): SQL<number> {
  const t = journalTotals.on(dialect)
  const type = entry_type ? sql`${given('entry_type')}` : sql.raw(`'${allTypes}'`)
  return sql`(select ${t.entries} from ${t} where ${t.owner} = ${given('owner')} and ${t.entry_type} = ${type})`.mapWith(
    Number,
  ) as SQL<number>
}

function listedColumns(dialect: Dialect) {
  const { owner, docid, ...columns } = getTableColumns(journalEntries.on(dialect))
  return columns
}

function entryConditions(dialect: Dialect, shape: Shape): SQL | undefined {
  const t = journalEntries.on(dialect)
  return and(...commonConditions({ ...t, entry_id: t.id }, shape))
}

function labelConditions(dialect: Dialect, shape: Shape): SQL | undefined {
  const l = journalLabels.on(dialect)
  const kind = sql`${l.kind} = ${sql.raw(`'${kindOf(shape)}'`)}`
  return and(kind, eq(l.label, given('label')), ...commonConditions(l, shape))
}

type Labels = ReturnType<(typeof journalLabels)['on']>
type Entries = ReturnType<(typeof journalEntries)['on']>
type Ordered = Pick<Labels | Entries, 'owner' | 'entry_type' | 'occurred_at'> & {
  entry_id: Labels['entry_id'] | Entries['id']
}

function commonConditions({ owner, entry_type, occurred_at, entry_id }: Ordered, shape: Shape): SQL[] {
  const time = (name: string) => sql.param(given(name), occurred_at)
  const found = [eq(owner, given('owner'))]
  if (shape.entry_type) found.push(eq(entry_type, given('entry_type')))
  if (shape.from) found.push(gte(occurred_at, time('from')))
  if (shape.to) found.push(lte(occurred_at, time('to')))
  if (shape.after)
    found.push(sql`(${occurred_at}, ${entry_id}) < (${time('after_at')}, ${given('after_id')})`)
  return found
}
