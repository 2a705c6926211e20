import { and, asc, count, desc, eq, inArray, or, sql } from 'drizzle-orm'
import type { Reader, Writer } from '../../../core/storage'
import { findRepository } from '../repositories/find-repository'
import { type RepositoryView, viewRepository } from '../repositories/repository'
import { projectRepositories, projects, repositories } from '../tables'
import type { ProjectRow } from './find-project'
import { type ProjectView, viewProject } from './project'

/** Projects with the number of their repositories, newest first. */
export async function listProjectViews(
  db: Reader,
  owner: string,
  limit: number,
  before?: { createdAt: Date; id: string },
): Promise<ProjectView[]> {
  const t = projects.on(db.dialect)
  const m = projectRepositories.on(db.dialect)
  const older =
    before &&
    or(
      sql`${t.created_at} < ${sql.param(before.createdAt, t.created_at)}`,
      and(eq(t.created_at, before.createdAt), sql`${t.id} < ${before.id}`),
    )
  const rows = await db
    .select()
    .from(t)
    .where(and(eq(t.owner, owner), older))
    .orderBy(desc(t.created_at), desc(t.id))
    .limit(limit)
  if (rows.length === 0) return []
  const counts = await db
    .select({ id: m.project_id, members: count() })
    .from(m)
    .where(
      and(
        eq(m.owner, owner),
        inArray(
          m.project_id,
          rows.map(({ id }) => id),
        ),
      ),
    )
    .groupBy(m.project_id)
  const members = new Map(counts.map((row) => [row.id, row.members]))
  return rows.map((row) => viewProject(row, members.get(row.id) ?? 0))
}

/** A project's repositories by name. */
export async function listMembers(db: Reader, { id, owner }: ProjectRow): Promise<RepositoryView[]> {
  const m = projectRepositories.on(db.dialect)
  const r = repositories.on(db.dialect)
  const rows = await db
    .select({ repository: r })
    .from(m)
    .innerJoin(r, and(eq(r.id, m.repository_id), eq(r.owner, m.owner)))
    .where(and(eq(m.owner, owner), eq(m.project_id, id)))
    .orderBy(asc(r.name), asc(r.ref))
  return rows.map(({ repository }) => viewRepository(repository))
}

/** The ids of these repositories; throws `not_found` for the first that the owner does not have. */
export async function repositoryIds(db: Reader, owner: string, names: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (const name of names) ids.push((await findRepository(db, owner, name)).id)
  return [...new Set(ids)]
}

/** Adds members; those that are there already stay. */
export async function addMembers(
  tx: Writer,
  project: Pick<ProjectRow, 'id' | 'owner'>,
  ids: readonly string[],
  at: Date,
): Promise<void> {
  if (ids.length === 0) return
  const rows = ids.map((repository_id) => ({
    owner: project.owner,
    project_id: project.id,
    repository_id,
    created_at: at,
  }))
  await tx.insert(projectRepositories.on(tx.dialect)).values(rows).onConflictDoNothing()
}

/** Takes members out; all of them when none is named. */
export async function removeMembers(
  tx: Writer,
  project: Pick<ProjectRow, 'id' | 'owner'>,
  ids?: readonly string[],
): Promise<void> {
  const m = projectRepositories.on(tx.dialect)
  const chosen = ids && inArray(m.repository_id, [...ids])
  await tx.delete(m).where(and(eq(m.owner, project.owner), eq(m.project_id, project.id), chosen))
}

/** Notes that a project changed; false when it is gone. */
export async function touchProject(
  tx: Writer,
  { id, owner }: Pick<ProjectRow, 'id' | 'owner'>,
  values: Partial<ProjectRow> & { updated_at: Date },
): Promise<boolean> {
  const t = projects.on(tx.dialect)
  const changed = await tx
    .update(t)
    .set(values)
    .where(and(eq(t.owner, owner), eq(t.id, id)))
    .returning({ id: t.id })
  return changed.length > 0
}
