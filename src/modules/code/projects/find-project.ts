import { and, eq, or } from 'drizzle-orm'
import { notFound } from '../../../core/errors'
import type { Reader } from '../../../core/storage'
import { projectRepositories, projects } from '../tables'

/** A project's row. */
export type ProjectRow = ReturnType<typeof projects.on>['$inferSelect']

/** Names without regard to letter case and to blanks around and between words. */
export const foldName = (name: string): string =>
  name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase()

/** The owner's project by id or name; a stranger's is not found. */
export async function findProject(db: Reader, owner: string, text: string): Promise<ProjectRow> {
  const t = projects.on(db.dialect)
  const named = or(eq(t.id, text.trim().toLowerCase()), eq(t.name_folded, foldName(text)))
  const [found] = await db
    .select()
    .from(t)
    .where(and(eq(t.owner, owner), named))
    .limit(1)
  if (!found) throw notFound('project')
  return found
}

/** The ids of a project's repositories; throws `not_found` for a project that the owner does not have. */
export async function projectMembers(db: Reader, owner: string, project: string): Promise<string[]> {
  const { id } = await findProject(db, owner, project)
  const t = projectRepositories.on(db.dialect)
  const rows = await db
    .select({ id: t.repository_id })
    .from(t)
    .where(and(eq(t.owner, owner), eq(t.project_id, id)))
  return rows.map((row) => row.id)
}
