import { and, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { Dialect, Preparable, Select } from '../../../core/storage'
import { journalEntries } from '../tables'
import type { EntryRow } from './entry'

/** What found entries, by their labels or words: a row for each. */
export interface Finding {
  rows: SQL
  /** Whether an entry is that of a row. */
  isNamed: SQL
  order: SQL[]
}

/**
 * Reads the caller's (placeholder `owner`) entries that something else found, one by one. Left to themselves both databases may walk all of the owner's
 * entries instead: SQLite does not know how few were found, Postgres takes an owner whom its statistics do not know for one with hardly any.
 */
export function selectFound(
  select: Select,
  dialect: Dialect,
  { rows, isNamed, order }: Finding,
): Preparable<Omit<EntryRow, 'owner'>[]> {
  const t = journalEntries.on(dialect)
  const { owner, ...columns } = getTableColumns(t)
  const caller = sql.placeholder('owner')
  if (dialect === 'sqlite') {
    const isOwned = sql`+${owner} = ${caller}`
    return select
      .select(columns)
      .from(rows)
      .innerJoin(t, and(isNamed, isOwned))
      .orderBy(...order)
  }
  const isOwned = sql`${owner} = (select ${caller}::text)`
  const entry = select.select(columns).from(t).where(and(isNamed, isOwned)).limit(1).as('entry')
  const names = Object.keys(columns) as (keyof typeof columns)[]
  const fields = Object.fromEntries(names.map((name) => [name, entry[name]])) as unknown as typeof columns
  return select
    .select(fields)
    .from(rows)
    .crossJoinLateral(entry)
    .orderBy(...order)
}
