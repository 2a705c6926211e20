import { rm } from 'node:fs/promises'
import type { ThreadProgram } from '../../../core/thread-program'
import type { TaskRun } from '../../../core/work-thread'
import { createGit } from '../git/git'
import { gitDirOf } from '../git/remote'
import { createExtractor } from '../parsing/extractor'
import { indexSnapshot, type Staged } from '../pipeline/index-snapshot'
import { removeOrphans } from '../pipeline/orphans'
import type { Snapshot } from '../pipeline/snapshot'
import { removeAll, removeClosed } from '../pipeline/stage'
import type { Totals } from '../pipeline/totals'
import type { RepositoryRow } from '../repositories/repository'
import type { CodeSettings } from '../settings'
import { Cancelled, fencedScope } from './fence'
import { noteFetched, switchGeneration } from './finish'
import type { Indexer } from './indexer'
import type { JobRow } from './job'
import { createReport } from './report'
import { takeSnapshot } from './take-snapshot'

/** A job that an attempt has claimed. */
export interface Claimed {
  job: JobRow
  repository: RepositoryRow
}

/** A repository whose rows go. */
export interface Removed {
  owner: string
  repositoryId: string
}

/** A new generation that readers see; null when the job was cancelled, or another attempt has it. */
export type Indexed = {
  commit: Snapshot['commit']
  staged: Staged
  totals: Totals
  seconds: number
} | null

/** What runs in the thread that indexes: fetching, reading, parsing, storing, resolving, and removing. */
export const indexProgram: ThreadProgram<CodeSettings> = {
  start(host) {
    const indexer = { host, git: createGit(host.folder()), extractor: createExtractor(host) }
    return {
      tasks: {
        index: (claimed: Claimed, run) => index(indexer, run, claimed),
        remove: (removed: Removed, run) => remove(indexer, run, removed),
      },
      close: () => indexer.extractor.close(),
    }
  },
}

async function index(indexer: Indexer, run: TaskRun, claimed: Claimed): Promise<Indexed> {
  const { host, extractor } = indexer
  const { job, repository } = claimed
  const scope = fencedScope(run.scope, job)
  const { report, signal, stop } = createReport(host, run, job)
  const started = performance.now()
  try {
    const snapshot = await takeSnapshot(indexer, repository, { signal, report })
    await noteFetched(scope, { job, repository, snapshot })
    const staged = await indexSnapshot({ host, scope, extractor, repository, snapshot, signal, report })
    await report({ phase: 'switching' })
    const totals = await switchGeneration(host, scope, { job, repository, snapshot, staged })
    await report({ phase: 'cleaning' })
    const place = { host, signal, scope, owner: repository.owner, repositoryId: repository.id }
    // Readers that began before the switch may need what the last generation showed: it goes with the next one.
    await removeClosed(place, repository.generation)
    await removeOrphans(place)
    const seconds = Math.round(performance.now() - started) / 1000
    return { commit: snapshot.commit, staged, totals, seconds }
  } catch (error) {
    const reason = signal.aborted && !run.signal.aborted ? signal.reason : error
    if (reason instanceof Cancelled) return null
    throw reason
  } finally {
    stop()
  }
}

/** Removes files, texts, symbols and what was fetched of a repository, in parts between which others write. */
async function remove(
  { host }: Indexer,
  { scope, signal }: TaskRun,
  { owner, repositoryId }: Removed,
): Promise<null> {
  const place = { host, signal, scope, owner, repositoryId }
  await removeAll(place)
  await removeOrphans(place)
  await rm(gitDirOf(host.folder(), { id: repositoryId }), { recursive: true, force: true })
  return null
}
