import { type SQL, sql } from 'drizzle-orm'
import type { Dialect } from '../../../core/storage'
import { journalEntries } from '../tables'

/**
 * The entry is the caller's (placeholder `owner`), where its key was found by another index already. The plus keeps SQLite from
 * walking all of the owner's entries instead: it does not know how few the other index names.
 */
export function isOwned(dialect: Dialect): SQL {
  const { owner } = journalEntries.on(dialect)
  const column = dialect === 'sqlite' ? sql`+${owner}` : sql`${owner}`
  return sql`${column} = ${sql.placeholder('owner')}`
}
