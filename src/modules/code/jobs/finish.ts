import { and, eq } from 'drizzle-orm'
import type { Host } from '../../../core/module'
import type { Scope, Writer } from '../../../core/storage'
import type { Staged } from '../pipeline/index-snapshot'
import type { Snapshot } from '../pipeline/snapshot'
import { countShown, type Totals } from '../pipeline/totals'
import type { RepositoryRow } from '../repositories/repository'
import type { CodeSettings } from '../settings'
import { type IndexStats, repositories } from '../tables'
import type { JobRow } from './job'
import { endJob } from './job-rows'
import { Cancelled } from './report'

/** A generation that is ready to be shown. */
interface Finished {
  job: JobRow
  repository: RepositoryRow
  snapshot: Snapshot
  staged: Staged
  seconds: number
}

/**
 * Switches readers to the new generation and ends its job, in one transaction. Returns whether the remote has moved on since the job began.
 */
export async function finishJob(
  host: Host<CodeSettings>,
  scope: Scope,
  finished: Finished,
): Promise<boolean> {
  const { repository, staged } = finished
  const totals = await scope.read((db) => countShown(db, repository, staged.generation))
  const at = new Date(host.now())
  return scope.write(async (tx) => {
    const moved = await switchGeneration(tx, finished, totals, at)
    const values = {
      status: 'completed' as const,
      phase: null,
      commit: finished.snapshot.commit,
      stats: statsOf(finished, totals),
      error_code: null,
      error_message: null,
      updated_at: at,
    }
    if (!(await endJob(tx, repository.owner, finished.job.id, values)))
      throw new Cancelled('the index job was cancelled')
    return moved
  })
}

async function switchGeneration(
  tx: Writer,
  { job, repository, snapshot, staged }: Finished,
  totals: Totals,
  at: Date,
): Promise<boolean> {
  const t = repositories.on(tx.dialect)
  const { owner, id, generation } = repository
  const isMine = and(eq(t.owner, owner), eq(t.id, id), eq(t.generation, generation))
  const [now] = await tx.select().from(t).where(isMine)
  if (!now || now.status === 'removing') throw new Cancelled('the repository was removed')
  // A push that came in while the job ran may be newer than what was fetched.
  const pushed = now.pushed_at !== null && now.pushed_at >= job.created_at
  const remote_commit = pushed ? now.remote_commit : snapshot.commit
  const { commit, branch, dirty } = snapshot
  await tx
    .update(t)
    .set({
      ...totals,
      commit,
      branch,
      dirty,
      remote_commit,
      generation: staged.generation,
      status: 'ready',
      last_error: null,
      indexed_at: at,
      checked_at: at,
      updated_at: at,
    })
    .where(isMine)
  return pushed && remote_commit !== commit
}

function statsOf({ staged, seconds }: Finished, { files, skipped, bytes, symbols }: Totals): IndexStats {
  return {
    ...staged.stats,
    files_indexed: files,
    files_skipped: skipped,
    bytes,
    symbols_extracted: symbols,
    seconds,
  }
}
