import { and, asc, eq, gt, isNotNull, ne, sql } from 'drizzle-orm'
import type { Complete } from '../../../core/resource'
import { findRepository } from '../repositories/find-repository'
import { fullName } from '../repositories/repository'
import { isVisible } from '../repositories/visible'
import { indexedFiles, repositories } from '../tables'

const most = 100

const likeOf = (text: string) => text.toLowerCase().replace(/[\\%_]/g, '\\$&')

/** Names of indexed repositories that hold what was typed, those that begin with it first. */
export const completeRepository: Complete = (typed, call) =>
  call.read(async (db) => {
    const r = repositories.on(db.dialect)
    const name = sql`lower(${r.name})`
    const rows = await db
      .select({ name: r.name, ref: r.ref })
      .from(r)
      .where(
        and(
          eq(r.owner, call.principal.id),
          ne(r.status, 'removing'),
          gt(r.generation, 0),
          sql`${name} like ${`%${likeOf(typed)}%`} escape '\\'`,
        ),
      )
      .orderBy(
        sql`case when ${name} like ${`${likeOf(typed)}%`} escape '\\' then 0 else 1 end`,
        asc(r.name),
        asc(r.ref),
      )
      .limit(most)
    return rows.map(fullName)
  })

/** Paths of the repository given so far that hold what was typed, short ones first. */
export const completePath: Complete = (typed, call, { repository }) => {
  if (!repository) return Promise.resolve([])
  return call.read(async (db) => {
    const row = await findRepository(db, call.principal.id, repository).catch(() => undefined)
    if (!row) return []
    const f = indexedFiles.on(db.dialect)
    const path = sql`lower(${f.path})`
    const rows = await db
      .select({ path: f.path })
      .from(f)
      .where(
        and(
          isVisible(db.dialect, row),
          isNotNull(f.blob),
          sql`${path} like ${`%${likeOf(typed)}%`} escape '\\'`,
        ),
      )
      .orderBy(
        sql`case when ${path} like ${`${likeOf(typed)}%`} escape '\\' then 0 else 1 end`,
        sql`length(${f.path})`,
        asc(f.path),
      )
      .limit(most)
    return rows.map(({ path: found }) => found)
  })
}
