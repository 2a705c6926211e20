import { and, eq, inArray, isNull, like, or } from 'drizzle-orm'
import { AppError } from '../../../core/errors'
import type { Job, JobRun } from '../../../core/module'
import type { Scope } from '../../../core/storage'
import { isPassing } from '../git/failure'
import { removalKind } from '../repositories/removal'
import type { RepositoryRow } from '../repositories/repository'
import { indexJobs, repositories } from '../tables'
import { Cancelled, fencedScope } from './fence'
import { finishJob, hasMoved } from './finish'
import { requestAgain } from './follow-up'
import type { JobRow } from './job'
import { endJob } from './job-rows'
import type { Machine } from './machine'
import type { Claimed, Indexed } from './program'
import { indexKind } from './request'

const attempts = 4

/** The background work behind an index job. */
export const indexJob = (machine: Machine): Job => ({
  kind: indexKind,
  attempts,
  atOnce: 2,
  async run(payload, run) {
    const claimed = await claim(machine, run, (payload as { job: string }).job)
    if (!claimed) return
    try {
      await work(machine, run, claimed)
    } catch (error) {
      await settleFailure(machine, run, claimed, error)
    }
  },
})

/** Makes the job this attempt's; undefined when it has ended or another run has it. */
function claim(
  { host }: Machine,
  { scope, owner, id: run }: JobRun,
  id: string,
): Promise<Claimed | undefined> {
  return scope.write(async (tx) => {
    const t = indexJobs.on(tx.dialect)
    const r = repositories.on(tx.dialect)
    const now = new Date(host.now())
    const free = or(isNull(t.run_id), like(t.run_id, `${run}:%`))
    const [job] = await tx
      .update(t)
      .set({ status: 'processing', run_id: `${run}:${host.newId()}`, started_at: now, updated_at: now })
      .where(and(eq(t.owner, owner!), eq(t.id, id), inArray(t.status, ['pending', 'processing']), free))
      .returning()
    if (!job) return undefined
    const [repository] = await tx
      .select()
      .from(r)
      .where(and(eq(r.owner, owner!), eq(r.id, job.repository_id)))
    return repository && { job, repository }
  })
}

async function work({ host, thread }: Machine, run: JobRun, claimed: Claimed): Promise<void> {
  const { job, repository } = claimed
  const indexed = await thread.run<Indexed>('index', repository.owner, claimed, run.signal)
  if (!indexed) throw new Cancelled('the index job was cancelled, or another attempt has it')
  const scope = fencedScope(run.scope, job)
  await finishJob(host, scope, { job, ...indexed })
  if (await hasMoved(scope, repository)) await requestAgain(host, run.scope, repository)
}

/** What is worth another try is thrown on to the queue; all else ends the job with a reason that its owner can read. */
async function settleFailure(
  { host }: Machine,
  run: JobRun,
  { job, repository }: Claimed,
  error: unknown,
): Promise<void> {
  if (run.signal.aborted) throw error
  if (error instanceof Cancelled) return afterCancel(host, run.scope, repository)
  const passing = isPassing(error)
  if (!(error instanceof AppError))
    host.log.error('a repository could not be indexed', { job: job.id, error })
  const failure = describe(error)
  if (passing && run.attempt < attempts) {
    await noteRetry(run.scope, job, run.attempt, failure, new Date(host.now()))
    throw error
  }
  await failJob(run.scope, { job, repository }, failure, new Date(host.now()))
}

/** What was written after a repository was removed is removed once more. */
async function afterCancel(host: Machine['host'], scope: Scope, { id, owner }: RepositoryRow): Promise<void> {
  const [row] = await scope.read((db) => {
    const r = repositories.on(db.dialect)
    return db
      .select({ status: r.status })
      .from(r)
      .where(and(eq(r.owner, owner), eq(r.id, id)))
  })
  if (row === undefined || row.status === 'removing')
    await host.enqueue(removalKind, owner, { repository: id })
}

const describe = (error: unknown) =>
  error instanceof AppError
    ? { error_code: error.code, error_message: error.message }
    : { error_code: 'internal', error_message: 'Something went wrong on the server; its log has the details' }

function noteRetry(
  scope: Scope,
  { id, owner }: JobRow,
  attempt: number,
  failure: ReturnType<typeof describe>,
  at: Date,
): Promise<void> {
  return scope.write(async (tx) => {
    const t = indexJobs.on(tx.dialect)
    const values = {
      ...failure,
      status: 'pending' as const,
      retry_count: attempt,
      phase: null,
      updated_at: at,
    }
    await tx
      .update(t)
      .set(values)
      .where(and(eq(t.owner, owner), eq(t.id, id), eq(t.status, 'processing')))
  })
}

/** Ends a job that will not be tried again. */
export function failJob(
  scope: Scope,
  { job, repository }: { job: JobRow; repository: RepositoryRow },
  failure: ReturnType<typeof describe>,
  at: Date,
): Promise<void> {
  return scope.write(async (tx) => {
    const ended = await endJob(tx, job.owner, job.id, { ...failure, status: 'failed', updated_at: at })
    if (!ended) return
    const r = repositories.on(tx.dialect)
    await tx
      .update(r)
      .set({ last_error: failure.error_message, checked_at: at, updated_at: at })
      .where(and(eq(r.owner, repository.owner), eq(r.id, repository.id)))
  })
}
