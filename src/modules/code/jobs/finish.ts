import { and, eq, isNull, lt, or } from 'drizzle-orm'
import type { Scope } from '../../../core/storage'
import type { ThreadHost } from '../../../core/thread-program'
import type { Staged } from '../pipeline/index-snapshot'
import type { Snapshot } from '../pipeline/snapshot'
import { countShown, type Totals } from '../pipeline/totals'
import type { RepositoryRow } from '../repositories/repository'
import type { CodeSettings } from '../settings'
import { type IndexStats, repositories } from '../tables'
import { Cancelled } from './fence'
import type { JobRow } from './job'
import { endJob } from './job-rows'

/** A generation that is complete. */
interface Complete {
  job: JobRow
  repository: RepositoryRow
  snapshot: Pick<Snapshot, 'commit' | 'branch' | 'dirty'>
  staged: Staged
}

/** From here on answers say that what they know is older than what was fetched, also when the job does not get to its end. */
export async function noteFetched(
  scope: Scope,
  { job, repository, snapshot }: Pick<Complete, 'job' | 'repository' | 'snapshot'>,
): Promise<void> {
  await scope.write(async (tx) => {
    const t = repositories.on(tx.dialect)
    const mine = and(eq(t.owner, repository.owner), eq(t.id, repository.id))
    const unpushed = or(isNull(t.pushed_at), lt(t.pushed_at, job.created_at))
    await tx.update(t).set({ remote_commit: snapshot.commit }).where(and(mine, unpushed))
  })
}

/** From here on readers see the new generation. */
export async function switchGeneration(
  host: Pick<ThreadHost<CodeSettings>, 'now'>,
  scope: Scope,
  { job, repository, snapshot, staged }: Complete,
): Promise<Totals> {
  const totals = await scope.read((db) => countShown(db, repository, staged.generation))
  const at = new Date(host.now())
  await scope.write(async (tx) => {
    const t = repositories.on(tx.dialect)
    const { owner, id, generation } = repository
    const isMine = and(eq(t.owner, owner), eq(t.id, id), eq(t.generation, generation))
    const [now] = await tx.select().from(t).where(isMine)
    if (!now || now.status === 'removing') throw new Cancelled('the repository was removed')
    // A push that came in while the job ran may be newer than what was fetched.
    const pushed = now.pushed_at !== null && now.pushed_at >= job.created_at
    const remote_commit = pushed ? now.remote_commit : snapshot.commit
    const { commit, branch, dirty } = snapshot
    const shown = { commit, branch, dirty, remote_commit, generation: staged.generation, indexed_at: at }
    await tx
      .update(t)
      .set({ ...totals, ...shown, status: 'ready', last_error: null, checked_at: at, updated_at: at })
      .where(isMine)
  })
  return totals
}

/** Ends the job, on the serving thread: what is told to be done is on disk. */
export async function finishJob(
  host: Pick<ThreadHost<CodeSettings>, 'now'>,
  scope: Scope,
  done: Pick<Complete, 'job' | 'staged'> & { commit: string | null; totals: Totals; seconds: number },
): Promise<void> {
  const { job, commit, totals } = done
  const { files, bytes } = totals
  const values = {
    status: 'completed' as const,
    phase: null,
    commit,
    files_done: files,
    files_total: files,
    bytes_done: bytes,
    bytes_total: bytes,
    stats: statsOf(done),
    error_code: null,
    error_message: null,
    updated_at: new Date(host.now()),
  }
  await scope.write((tx) => endJob(tx, job.owner, job.id, values))
}

/** True when the remote has a commit that the index does not show yet. */
export async function hasMoved(scope: Scope, { owner, id }: RepositoryRow): Promise<boolean> {
  const [row] = await scope.read((db) => {
    const t = repositories.on(db.dialect)
    return db
      .select({ commit: t.commit, remote: t.remote_commit })
      .from(t)
      .where(and(eq(t.owner, owner), eq(t.id, id)))
  })
  return row !== undefined && row.remote !== null && row.remote !== row.commit
}

function statsOf({
  staged,
  totals,
  seconds,
}: {
  staged: Staged
  totals: Totals
  seconds: number
}): IndexStats {
  const { files, skipped, bytes, symbols, references } = totals
  return {
    ...staged.stats,
    files_indexed: files,
    files_skipped: skipped,
    bytes,
    symbols_extracted: symbols,
    references_extracted: references,
    seconds,
  }
}
