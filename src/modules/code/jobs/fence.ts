import { and, eq, sql } from 'drizzle-orm'
import type { Dialect, Scope, Select, Writer } from '../../../core/storage'
import { indexJobs } from '../tables'
import type { JobRow } from './job'

/** The job was cancelled, or another attempt has taken it over. */
export class Cancelled extends Error {}

/**
 * Rows of an index may only be written by the attempt that has the job: each write looks first, and on Postgres holds the job's row so that
 * nobody takes it away before the commit.
 */
export const fencedScope = (scope: Scope, job: JobRow): Scope => ({
  ...scope,
  write: (work) =>
    scope.write(async (tx) => {
      await check(tx, job)
      return work(tx)
    }),
})

async function check(tx: Writer, { owner, id, run_id }: JobRow): Promise<void> {
  // Asked in every transaction: the query stays prepared.
  const found = await tx.prepared('code_job_of_attempt', jobOfAttempt, { owner, id, run: run_id })
  if (found.length === 0) throw new Cancelled('the index job was cancelled, or another attempt has it')
}

function jobOfAttempt(on: Select, dialect: Dialect) {
  const t = indexJobs.on(dialect)
  const { placeholder } = sql
  const query = on
    .select({ id: t.id })
    .from(t)
    .where(
      and(
        eq(t.owner, placeholder('owner')),
        eq(t.id, placeholder('id')),
        eq(t.status, 'processing'),
        eq(t.run_id, placeholder('run')),
      ),
    )
  return dialect === 'postgres' ? query.for('share') : query
}
