import { and, desc, eq, inArray, lt, or, type SQL } from 'drizzle-orm'
import { notFound } from '../../../core/errors'
import type { Reader, Writer } from '../../../core/storage'
import { fullName } from '../repositories/repository'
import { indexJobs, repositories } from '../tables'
import { type JobRow, type JobView, viewJob } from './job'

/** A new job's row. */
export function newJob(
  job: Pick<JobRow, 'id' | 'owner' | 'repository_id' | 'reason' | 'ref'>,
  at: Date,
): JobRow {
  return {
    ...job,
    commit: null,
    status: 'pending',
    active: job.repository_id,
    phase: null,
    files_done: 0,
    files_total: null,
    bytes_done: 0,
    bytes_total: null,
    stats: null,
    error_code: null,
    error_message: null,
    retry_count: 0,
    run_id: null,
    created_at: at,
    started_at: null,
    completed_at: null,
    updated_at: at,
  }
}

export const addJob = async (tx: Writer, row: JobRow): Promise<void> =>
  void (await tx.insert(indexJobs.on(tx.dialect)).values(row))

/** The job that a repository waits for or is worked on by. */
export async function findActiveJob(
  db: Reader,
  owner: string,
  repositoryId: string,
): Promise<JobRow | undefined> {
  const t = indexJobs.on(db.dialect)
  const [row] = await db
    .select()
    .from(t)
    .where(and(eq(t.owner, owner), eq(t.active, repositoryId)))
  return row
}

/** Ends a job that has not ended; its row, or undefined when it had. */
export async function endJob(
  tx: Writer,
  owner: string,
  id: string,
  values: Partial<JobRow> & { status: JobRow['status']; updated_at: Date },
): Promise<JobRow | undefined> {
  const t = indexJobs.on(tx.dialect)
  const [row] = await tx
    .update(t)
    .set({ ...values, active: null, completed_at: values.updated_at })
    .where(and(eq(t.owner, owner), eq(t.id, id), inArray(t.status, ['pending', 'processing'])))
    .returning()
  return row
}

async function readViews(db: Reader, condition: SQL, limit: number): Promise<JobView[]> {
  const t = indexJobs.on(db.dialect)
  const r = repositories.on(db.dialect)
  const rows = await db
    .select({ job: t, name: r.name, ref: r.ref })
    .from(t)
    .leftJoin(r, and(eq(r.id, t.repository_id), eq(r.owner, t.owner)))
    .where(condition)
    .orderBy(desc(t.created_at), desc(t.id))
    .limit(limit)
  return rows.map(({ job, name, ref }) =>
    viewJob(job, name === null ? '(removed)' : fullName({ name, ref: ref! })),
  )
}

/** The owner's job; a stranger's is not found. */
export async function findJobView(db: Reader, owner: string, id: string): Promise<JobView> {
  const t = indexJobs.on(db.dialect)
  const [view] = await readViews(db, and(eq(t.owner, owner), eq(t.id, id.toLowerCase()))!, 1)
  if (!view) throw notFound('job')
  return view
}

/** Which jobs a list shows, newest first. */
export interface JobFilter {
  repositoryId?: string | undefined
  status?: JobRow['status'] | undefined
  before?: { createdAt: Date; id: string } | undefined
  limit: number
}

export function listJobViews(db: Reader, owner: string, filter: JobFilter): Promise<JobView[]> {
  const t = indexJobs.on(db.dialect)
  const { repositoryId, status, before, limit } = filter
  const conditions = [
    eq(t.owner, owner),
    repositoryId === undefined ? undefined : eq(t.repository_id, repositoryId),
    status === undefined ? undefined : eq(t.status, status),
    before &&
      or(lt(t.created_at, before.createdAt), and(eq(t.created_at, before.createdAt), lt(t.id, before.id))),
  ]
  return readViews(db, and(...conditions)!, limit)
}
