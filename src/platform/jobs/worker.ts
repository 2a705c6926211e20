import { AppError } from '../../core/errors'
import type { Job } from '../../core/module'
import { type Execution, type ExecutionParts, execute } from './execution'
import { endLeases, extendLeases, releaseJob } from './lease'
import type { Life } from './life'
import { addPeriodicJob, takeJobs } from './queue'

export interface WorkerParts extends ExecutionParts {
  jobs: Map<string, Job>
  life: Life
  /** Milliseconds between two looks when nothing wakes it. */
  pollEvery: number
  /** Attempts at once in this process. */
  concurrency: number
  /** How long stopping waits for attempts that were told to end, in ms. */
  patience: number
}

export interface Worker {
  /** Looks for due rows now. */
  wake(): void
  stop(): Promise<void>
}

/** A pause that can be cut short, also by a wake that came before it. */
function createPause() {
  let woken = false
  let end = () => {}
  return {
    wake() {
      woken = true
      end()
    },
    async sleep(milliseconds: number): Promise<void> {
      if (!woken) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds)
          timer.unref()
          end = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      woken = false
    },
  }
}

/** Keeps the leases of what runs; attempts whose lease is gone are told to end. */
function startHeartbeat({ queue, log }: WorkerParts, running: Map<string, Execution>): () => void {
  let lastKept = Date.now()
  const drop = (kept: string[], ids: string[]) => {
    for (const id of ids) if (!kept.includes(id)) running.get(id)?.interrupt('lease lost')
  }
  const beat = async () => {
    const ids = [...running.keys()]
    if (ids.length === 0) {
      lastKept = Date.now()
      return
    }
    try {
      drop(await extendLeases(queue, ids), ids)
      lastKept = Date.now()
    } catch (error) {
      log.warn('leases of jobs could not be extended', { error })
      if (Date.now() - lastKept > queue.leaseSeconds * 1000) drop([], ids)
    }
  }
  const timer = setInterval(beat, (queue.leaseSeconds * 1000) / 3)
  timer.unref()
  return () => clearInterval(timer)
}

/** Waits for all of them, but not longer than this. */
async function settledWithin(milliseconds: number, work: Promise<void>[]): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([Promise.all(work), late])
  clearTimeout(timer)
}

/** Kinds that may begin now, and how many of them together: no kind beyond its own measure. */
function roomFor(jobs: Map<string, Job>, running: Map<string, Execution>, concurrency: number) {
  const leftOf = ({ kind, atOnce = concurrency }: Job) =>
    atOnce - [...running.values()].filter(({ leased }) => leased.kind === kind).length
  const open = [...jobs.values()].filter((job) => leftOf(job) > 0)
  const limited = open.filter((job) => job.atOnce !== undefined)
  const room = Math.min(concurrency - running.size, ...limited.map(leftOf))
  return { room, open: new Map(open.map((job) => [job.kind, job])) }
}

/** An outage is told when it begins and when it ends, not at every try. */
function createOutage(log: WorkerParts['log']) {
  let told: string | undefined
  return {
    tell(error: unknown) {
      const reason = error instanceof AppError ? error.message : undefined
      if (told !== undefined && told === reason) return
      told = reason ?? ''
      log.warn('jobs cannot be taken right now', reason === undefined ? { error } : { reason })
    },
    over() {
      if (told !== undefined) log.info('jobs are taken again')
      told = undefined
    },
  }
}

/** Polls for due rows and runs them until it is stopped. */
export function startWorker(parts: WorkerParts): Worker {
  const { queue, jobs, log, concurrency, pollEvery } = parts
  const running = new Map<string, Execution>()
  const pause = createPause()
  const stopHeartbeat = startHeartbeat(parts, running)
  const outage = createOutage(log)
  let stopping = false

  function begin(execution: Execution): void {
    const { id } = execution.leased
    running.set(id, execution)
    void execution.ended.then(() => {
      running.delete(id)
      pause.wake()
    })
  }
  /** Takes what there is room for; true when there may be more. */
  async function fill(): Promise<boolean> {
    const { room, open } = roomFor(jobs, running, concurrency)
    if (room === 0) return false
    const { leased, dead } = await takeJobs(queue, open, [...running.keys()], room)
    for (const kind of dead) parts.count(kind, 'dead')
    for (const taken of leased) begin(execute(parts, jobs.get(taken.kind)!, taken))
    return leased.length === room
  }
  async function loop(): Promise<void> {
    let periodic = [...jobs.values()].filter((job) => job.everySeconds)
    let dead = parts.life.dead()
    while (!stopping) {
      let more = false
      try {
        if (dead.length > 0) await endLeases(queue, dead)
        parts.life.forget(dead)
        dead = []
        for (const job of periodic) await addPeriodicJob(queue, job)
        periodic = []
        more = await fill()
        outage.over()
      } catch (error) {
        outage.tell(error)
      }
      if (!more && !stopping) await pause.sleep(pollEvery * (0.75 + Math.random() / 2))
    }
  }
  /** What does not end in time is given back all the same. */
  async function giveBack({ leased }: Execution): Promise<void> {
    const returned = { status: 'queued' as const, pause: 0, attempts: leased.attempt - 1 }
    if (await releaseJob(queue, leased.id, returned)) parts.count(leased.kind, 'returned')
  }

  const looping = loop()
  return {
    wake: () => pause.wake(),
    async stop() {
      stopping = true
      pause.wake()
      await looping
      for (const execution of running.values()) execution.interrupt('server stops')
      await settledWithin(
        parts.patience,
        [...running.values()].map((execution) => execution.ended),
      )
      stopHeartbeat()
      await Promise.all([...running.values()].map(giveBack))
    },
  }
}
