import { and, eq, inArray, isNull, lt } from 'drizzle-orm'
import type { Host, Job } from '../../../core/module'
import type { CodeSettings } from '../settings'
import { indexJobs, repositories } from '../tables'
import { indexKind } from './request'
import { failJob } from './run-job'

const minutes = 60_000
/** Ended jobs are kept for so many days. */
const keepDays = 30

/** Takes care of jobs that lost their background work: a process died between two steps, or as often as it may be tried. */
export const sweepJobs = (host: Host<CodeSettings>): Job => ({
  kind: 'code.sweep_jobs',
  everySeconds: 60,
  async run(_, { scope }) {
    const at = new Date(host.now())
    const [waiting, silent] = await scope.read(async (db) => {
      const t = indexJobs.on(db.dialect)
      const r = repositories.on(db.dialect)
      const late = lt(t.updated_at, new Date(at.getTime() - 10 * minutes))
      const forgotten = and(eq(t.status, 'pending'), isNull(t.run_id), late)
      const gone = and(eq(t.status, 'processing'), lt(t.updated_at, new Date(at.getTime() - 30 * minutes)))
      return [
        await db.select().from(t).where(forgotten).limit(100),
        await db
          .select({ job: t, repository: r })
          .from(t)
          .innerJoin(r, eq(r.id, t.repository_id))
          .where(gone)
          .limit(100),
      ] as const
    })
    for (const { id, owner } of waiting) await host.enqueue(indexKind, owner, { job: id })
    if (waiting.length > 0)
      await scope.write(async (tx) => {
        const t = indexJobs.on(tx.dialect)
        await tx
          .update(t)
          .set({ updated_at: at })
          .where(
            inArray(
              t.id,
              waiting.map(({ id }) => id),
            ),
          )
      })
    for (const found of silent)
      await failJob(
        scope,
        found,
        {
          error_code: 'process_died',
          error_message: 'The server’s process died while it worked on this; ask again',
        },
        at,
      )
    await scope.write(async (tx) => {
      const t = indexJobs.on(tx.dialect)
      await tx
        .delete(t)
        .where(and(isNull(t.active), lt(t.completed_at, new Date(at.getTime() - keepDays * 1440 * minutes))))
    })
  },
})
