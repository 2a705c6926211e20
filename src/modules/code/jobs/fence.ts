import { and, eq, sql } from 'drizzle-orm'
import type { Scope, Writer } from '../../../core/storage'
import { indexJobs } from '../tables'
import type { JobRow } from './job'

/** The job was cancelled, or another attempt has taken it over. */
export class Cancelled extends Error {}

/**
 * Rows of an index may only be written by the attempt that has the job: each write looks first, and on Postgres holds the job's row so that
 * nobody takes it away before the commit.
 */
export const fencedScope = (scope: Scope, job: JobRow): Scope => ({
  read: (work) => scope.read(work),
  write: (work) =>
    scope.write(async (tx) => {
      await check(tx, job)
      return work(tx)
    }),
})

async function check(tx: Writer, { owner, id, run_id }: JobRow): Promise<void> {
  const t = indexJobs.on(tx.dialect)
  const mine = and(eq(t.owner, owner), eq(t.id, id), eq(t.status, 'processing'), eq(t.run_id, run_id!))
  const held = tx.dialect === 'postgres' ? sql` for share` : sql``
  const found = await tx.rows(sql`select 1 as found from ${t} where ${mine}${held}`)
  if (found.length === 0) throw new Cancelled('the index job was cancelled, or another attempt has it')
}
