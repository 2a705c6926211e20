import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Reader } from '../../../core/storage'
import { projectMembers } from '../projects/find-project'
import { repositories } from '../tables'
import type { RepositoryRow } from './repository'

/** Which repositories a list shows, by name. */
export interface RepositoryFilter {
  /** Part of a name. */
  query?: string | undefined
  project?: string | undefined
  /** Name and ref of the last one shown. */
  after?: [name: string, ref: string] | undefined
  limit: number
}

export async function listRepositoryRows(
  db: Reader,
  owner: string,
  filter: RepositoryFilter,
): Promise<RepositoryRow[]> {
  const t = repositories.on(db.dialect)
  const { query, project, after, limit } = filter
  const members = project === undefined ? undefined : await projectMembers(db, owner, project)
  const part = query && `%${query.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  return db
    .select()
    .from(t)
    .where(
      and(
        eq(t.owner, owner),
        ne(t.status, 'removing'),
        members && inArray(t.id, members),
        part ? sql`lower(${t.name}) like ${part} escape '\\'` : undefined,
        after && sql`(${t.name}, ${t.ref}) > (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(asc(t.name), asc(t.ref))
    .limit(limit)
}
