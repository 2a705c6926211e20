import { and, eq } from 'drizzle-orm'
import type { Job } from '../../../core/module'
import type { Writer } from '../../../core/storage'
import type { WorkThread } from '../../../core/work-thread'
import { indexJobs, projectRepositories, repositories } from '../tables'
import type { RepositoryRow } from './repository'

/** The kind of background job that removes what a repository has. */
export const removalKind = 'code.remove_repository'

/** From here on nobody sees the repository; its name is free. What runs for it ends. */
export async function startRemoval(tx: Writer, { id, owner }: RepositoryRow, at: Date): Promise<void> {
  const r = repositories.on(tx.dialect)
  const p = projectRepositories.on(tx.dialect)
  const j = indexJobs.on(tx.dialect)
  await tx.delete(p).where(and(eq(p.owner, owner), eq(p.repository_id, id)))
  await tx
    .update(j)
    .set({ status: 'cancelled', active: null, completed_at: at, updated_at: at })
    .where(and(eq(j.owner, owner), eq(j.active, id)))
  const gone = {
    status: 'removing' as const,
    name: `removed ${id}`,
    location: `removed ${id}`,
    generation: 0,
    updated_at: at,
  }
  await tx
    .update(r)
    .set(gone)
    .where(and(eq(r.owner, owner), eq(r.id, id)))
}

/** Removes everything that a repository has: most of it in the indexing thread, the rows that others look at last. */
export const removeRepositories = (machine: { readonly thread: WorkThread }): Job => ({
  kind: removalKind,
  async run(payload, { scope, owner, signal }) {
    const { repository: id } = payload as { repository: string }
    await machine.thread.run('remove', owner!, { owner, repositoryId: id }, signal)
    await scope.write(async (tx) => {
      const r = repositories.on(tx.dialect)
      const j = indexJobs.on(tx.dialect)
      await tx.delete(j).where(and(eq(j.owner, owner!), eq(j.repository_id, id)))
      await tx.delete(r).where(and(eq(r.owner, owner!), eq(r.id, id), eq(r.status, 'removing')))
    })
  },
})
