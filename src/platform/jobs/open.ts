import type { Job, Logger, Meter } from '../../core/module'
import type { Storage } from '../storage/storage'
import { createClock } from './clock'
import type { Jobs } from './jobs'
import { type Life, none, showLife } from './life'
import { addJob, attemptsOf, createQueue, type Queue, removeEndedJobs } from './queue'
import { startWorker, type Worker } from './worker'

export interface JobsParts {
  storage: Storage
  log: Logger
  meter: Meter
  /** `Date.now` itself leaves Postgres its own clock; anything else is a test's clock. */
  now(): number
  newId(): string
  /** The data folder, by which processes know which of them have died. Without it leases alone decide. */
  folder?: string | undefined
  /** How long others leave a row to a process that is not heard of. Default 30. */
  leaseSeconds?: number
  /** Milliseconds between two looks at the table. Default 1000. */
  pollEvery?: number
  /** Attempts at once in this process. Default 4. */
  concurrency?: number
  /** Milliseconds that stopping waits for attempts that were told to end. Default 3000. */
  patience?: number
}

/** Rows that ended are kept for a while, for those who want to know how it went. */
const keepDays = { done: 7, dead: 30 }

const housekeeping = (queue: Queue): Job => ({
  kind: 'jobs.remove_ended',
  everySeconds: 3600,
  run: () => removeEndedJobs(queue, keepDays),
})

function byKind(list: Job[]): Map<string, Job> {
  const jobs = new Map(list.map((job) => [job.kind, job]))
  if (jobs.size < list.length) throw new Error('two jobs have the same kind')
  return jobs
}

/** Durable background work over the table `jobs`. Every job may run more than once: a process can die just after its last step. */
export function createJobs(parts: JobsParts): Jobs {
  const { storage, log, meter, newId, leaseSeconds = 30 } = parts
  const queue = createQueue(storage, { clock: createClock(parts.now), newId, leaseSeconds })
  const total = meter.counter('jobs_total', 'Attempts at background jobs that ended.', ['kind', 'outcome'])
  const count = (kind: string, outcome: string) => total(1, { kind, outcome })
  let declared = new Map<string, Job>()
  let worker: Worker | undefined
  let life: Life | undefined
  return {
    async enqueue(kind, owner, payload, options) {
      const attempts = attemptsOf(declared.get(kind))
      const id = await addJob(queue, { kind, owner, payload, attempts, runAt: options?.runAt })
      worker?.wake()
      return id
    },
    start(list) {
      if (worker) throw new Error('jobs were started already')
      const { pollEvery = 1000, concurrency = 4, patience = 3000 } = parts
      declared = byKind([...list, housekeeping(queue)])
      life = parts.folder === undefined ? none : showLife(parts.folder, queue.worker, log)
      const measures = { pollEvery, concurrency, patience }
      worker = startWorker({ queue, storage, log, count, life, jobs: declared, ...measures })
    },
    async stop() {
      await worker?.stop()
      worker = undefined
      life?.end()
    },
  }
}
