import { and, asc, eq, gt, inArray, isNull, lt, lte, notInArray, or, type SQL } from 'drizzle-orm'
import type { Job } from '../../core/module'
import type { Reader, Scope, Writer } from '../../core/storage'
import type { Storage } from '../storage/storage'
import type { Clock } from './clock'
import { jobRows } from './tables'

/** A row that this process holds. */
export interface Leased {
  id: string
  kind: string
  owner: string | null
  payload: unknown
  /** This attempt, from 1. */
  attempt: number
  /** When it was due (ms). */
  dueAt: number
  /** The one row of a periodic job, which comes again. */
  isPeriodic: boolean
}

/** The rows of jobs, as one process sees them. */
export interface Queue {
  readonly t: Rows
  readonly system: Scope
  readonly clock: Clock
  /** Under this name the process holds its leases. */
  readonly worker: string
  readonly leaseSeconds: number
  newId(): string
}

type Rows = ReturnType<typeof jobRows.on>
type Row = Rows['$inferSelect']

export function createQueue(storage: Storage, parts: Pick<Queue, 'clock' | 'leaseSeconds' | 'newId'>): Queue {
  return { ...parts, t: jobRows.on(storage.dialect), system: storage.system, worker: parts.newId() }
}

/** Tries before a row becomes a dead letter. */
export const attemptsOf = (job: Job | undefined) => job?.attempts ?? 5

/** What a new row is; undeclared kinds wait until a process declares them. */
export interface NewJob {
  kind: string
  owner: string | null
  payload: unknown
  attempts: number
  runAt?: Date
}

/** Adds a row and returns its id. */
export function addJob({ t, system, clock, newId }: Queue, added: NewJob): Promise<string> {
  const id = newId()
  return system.write(async (tx) => {
    const now = new Date(await clock(tx))
    const { kind, owner, attempts, runAt = now } = added
    const payload = added.payload ?? null
    const state = {
      status: 'queued' as const,
      attempts: 0,
      max_attempts: attempts,
      run_at: runAt,
      created_at: now,
    }
    await tx.insert(t).values({ id, kind, owner, payload, ...state })
    return id
  })
}

/** Makes the one row of a periodic job, due at once, unless it is there; a period that became shorter pulls it nearer. */
export function addPeriodicJob({ t, system, clock, newId }: Queue, job: Job): Promise<void> {
  const key = `every:${job.kind}`
  return system.write(async (tx) => {
    const now = await clock(tx)
    const state = { status: 'queued' as const, attempts: 0, max_attempts: attemptsOf(job) }
    const times = { run_at: new Date(now), created_at: new Date(now) }
    await tx
      .insert(t)
      .values({ id: newId(), kind: job.kind, unique_key: key, ...state, ...times })
      .onConflictDoNothing({ target: t.unique_key })
    const latest = new Date(now + job.everySeconds! * 1000)
    const late = and(eq(t.unique_key, key), eq(t.status, 'queued'), gt(t.run_at, latest))
    await tx.update(t).set({ run_at: latest }).where(late)
  })
}

/** What a process could take. */
interface Wanted {
  kinds: string[]
  /** Rows that it runs already: after a machine has slept, its own leases look abandoned too. */
  held: string[]
}

/** Due: waiting and its time has come, or held by a process that let its lease run out. */
function isDue(t: Rows, { kinds, held }: Wanted, at: Date): SQL {
  const waiting = and(inArray(t.status, ['queued', 'failed']), lte(t.run_at, at))
  const abandoned = and(eq(t.status, 'running'), lt(t.lease_until, at))
  const others = held.length > 0 ? notInArray(t.id, held) : undefined
  return and(inArray(t.kind, kinds), or(waiting, abandoned), others)!
}

async function hasDue({ t, clock }: Queue, db: Reader, wanted: Wanted): Promise<boolean> {
  const due = isDue(t, wanted, new Date(await clock(db)))
  return (await db.select({ id: t.id }).from(t).where(due).limit(1)).length > 0
}

/** Rows to be changed: on Postgres without waiting for those that another process is just taking. */
function selectDue({ t }: Queue, tx: Writer, wanted: Wanted, at: Date, limit: number): Promise<Row[]> {
  const query = tx
    .select()
    .from(t)
    .where(isDue(t, wanted, at))
    .orderBy(asc(t.run_at))
    .limit(limit)
  return (tx.dialect === 'postgres'
    ? query.for('update', { skipLocked: true })
    : query) as unknown as Promise<Row[]>
}

async function lease(
  queue: Queue,
  tx: Writer,
  row: Row,
  attempt: number,
  job: Job,
  now: number,
): Promise<Leased> {
  const { t, worker, leaseSeconds } = queue
  const lease_until = new Date(now + leaseSeconds * 1000)
  const values = { lease_by: worker, lease_until, attempts: attempt, max_attempts: attemptsOf(job) }
  await tx
    .update(t)
    .set({ status: 'running', ...values })
    .where(eq(t.id, row.id))
  const { id, kind, owner, payload, run_at, unique_key } = row
  return { id, kind, owner, payload, attempt, dueAt: run_at.getTime(), isPeriodic: unique_key !== null }
}

function bury({ t }: Queue, tx: Writer, row: Row, now: number): Promise<unknown> {
  const values = {
    lease_by: null,
    lease_until: null,
    last_error: 'its process died',
    finished_at: new Date(now),
  }
  return tx
    .update(t)
    .set({ status: 'dead', ...values })
    .where(eq(t.id, row.id)) as unknown as Promise<unknown>
}

/**
 * Takes up to `limit` due rows of these jobs, but none of those that this process holds. A row that has died with its process as often as it may be tried is given up;
 * its kind is in `dead`.
 */
export async function takeJobs(
  queue: Queue,
  jobs: Map<string, Job>,
  held: string[],
  limit: number,
): Promise<{ leased: Leased[]; dead: string[] }> {
  const wanted = { kinds: [...jobs.keys()], held }
  // Looking first keeps idle processes from writing.
  if (!(await queue.system.read((db) => hasDue(queue, db, wanted)))) return { leased: [], dead: [] }
  return queue.system.write(async (tx) => {
    const now = await queue.clock(tx)
    const leased: Leased[] = []
    const dead: string[] = []
    for (const row of await selectDue(queue, tx, wanted, new Date(now), limit)) {
      const job = jobs.get(row.kind)!
      const exhausted = row.attempts >= attemptsOf(job)
      if (exhausted && row.unique_key === null) {
        await bury(queue, tx, row, now)
        dead.push(row.kind)
      } else leased.push(await lease(queue, tx, row, exhausted ? 1 : row.attempts + 1, job, now))
    }
    return { leased, dead }
  })
}

/** Removes rows that ended more than so many days ago. */
export function removeEndedJobs(
  { t, system, clock }: Queue,
  days: { done: number; dead: number },
): Promise<void> {
  return system.write(async (tx) => {
    const now = await clock(tx)
    for (const status of ['done', 'dead'] as const) {
      const before = new Date(now - days[status] * 86_400_000)
      await tx.delete(t).where(and(isNull(t.unique_key), eq(t.status, status), lt(t.finished_at, before)))
    }
  })
}
