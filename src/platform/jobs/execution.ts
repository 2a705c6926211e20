import type { Job, JobRun, Logger } from '../../core/module'
import type { Storage } from '../storage/storage'
import { backoff, describeFailure } from './backoff'
import { noteProgress, type Outcome, releaseJob, untilNextBeat } from './lease'
import { attemptsOf, type Leased, type Queue } from './queue'

/** Why a running job's signal was raised. */
export type Interruption = 'lease lost' | 'server stops'

export interface ExecutionParts {
  queue: Queue
  storage: Storage
  log: Logger
  /** Counts `jobs_total`. */
  count(kind: string, outcome: string): void
}

/** One attempt under way. */
export interface Execution {
  readonly leased: Leased
  /** Settles when the row has been let go of; never rejects. */
  readonly ended: Promise<void>
  interrupt(why: Interruption): void
}

const progressEvery = 250

/** Progress reaches the database at most four times a second, and at the end. */
function createProgress(queue: Queue, id: string, lost: () => void): JobRun['progress'] {
  let last = Number.NEGATIVE_INFINITY
  return async (done, total, message) => {
    if (done !== total && performance.now() - last < progressEvery) return
    last = performance.now()
    if (!(await noteProgress(queue, id, { done, total, message }))) lost()
  }
}

/** What becomes of a row whose attempt succeeded: the periodic one waits for its next beat, one that was enqueued beside it is done. */
async function afterSuccess(queue: Queue, job: Job, { dueAt, isPeriodic }: Leased): Promise<Outcome> {
  if (!job.everySeconds || !isPeriodic) return { status: 'done', error: null }
  const pause = await untilNextBeat(queue, dueAt, job.everySeconds)
  return { status: 'queued', pause, attempts: 0, error: null }
}

async function afterFailure(
  queue: Queue,
  job: Job,
  { attempt, dueAt, isPeriodic }: Leased,
  error: unknown,
): Promise<Outcome> {
  const reason = describeFailure(error)
  if (attempt < attemptsOf(job)) return { status: 'failed', pause: backoff(attempt, error), error: reason }
  if (!job.everySeconds || !isPeriodic) return { status: 'dead', error: reason }
  const pause = await untilNextBeat(queue, dueAt, job.everySeconds)
  return { status: 'queued', pause, attempts: 0, error: reason }
}

async function failureOf(work: () => Promise<void>): Promise<{ error: unknown } | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return { error }
  }
}

/** Runs one attempt and lets go of its row according to how it went. */
export function execute(parts: ExecutionParts, job: Job, leased: Leased): Execution {
  const { queue, storage, log, count } = parts
  const { id, kind, owner, attempt } = leased
  const abort = new AbortController()
  const interrupt = (why: Interruption) => abort.abort(new Error(why))
  const run: JobRun = {
    id,
    owner,
    attempt,
    signal: abort.signal,
    scope: owner === null ? storage.system : storage.as(owner),
    progress: createProgress(queue, id, () => interrupt('lease lost')),
  }

  async function attemptIt(): Promise<[outcome: string, release: Outcome]> {
    const failure = await failureOf(async () => job.run(leased.payload, run))
    if (!failure) return ['done', await afterSuccess(queue, job, leased)]
    if (abort.signal.aborted) return ['returned', { status: 'queued', pause: 0, attempts: attempt - 1 }]
    const release = await afterFailure(queue, job, leased, failure.error)
    log.warn('a job failed', { kind, job: id, attempt, next: release.status, error: failure.error })
    return [release.status === 'failed' ? 'failed' : 'dead', release]
  }
  async function settle(): Promise<void> {
    try {
      const [outcome, release] = await attemptIt()
      count(kind, (await releaseJob(queue, id, release)) ? outcome : 'lost')
    } catch (error) {
      // Its lease runs out, and then some process does it again.
      log.error('the outcome of a job could not be written', { kind, job: id, error })
      count(kind, 'lost')
    }
  }
  return { leased, ended: settle(), interrupt }
}
