import { and, eq, inArray } from 'drizzle-orm'
import type { Queue } from './queue'
import type { JobProgress, JobStatus } from './tables'

const mine = ({ t, worker }: Queue, ids: string[]) =>
  and(inArray(t.id, ids), eq(t.lease_by, worker), eq(t.status, 'running'))

/** Extends the leases of these rows; returns those that this process still has. */
export function extendLeases(queue: Queue, ids: string[]): Promise<string[]> {
  const { t, system, clock, leaseSeconds } = queue
  return system.write(async (tx) => {
    const lease_until = new Date((await clock(tx)) + leaseSeconds * 1000)
    const rows = await tx.update(t).set({ lease_until }).where(mine(queue, ids)).returning({ id: t.id })
    return rows.map(({ id }) => id)
  })
}

/** Ends the leases of workers whose process has died: what they ran is due. */
export function endLeases({ t, system }: Queue, workers: readonly string[]): Promise<void> {
  return system.write(async (tx) => {
    const theirs = and(inArray(t.lease_by, [...workers]), eq(t.status, 'running'))
    await tx
      .update(t)
      .set({ lease_until: new Date(0) })
      .where(theirs)
  })
}

/** What becomes of a row that its process lets go of; what is absent stays. */
export interface Outcome {
  status: JobStatus
  /** Milliseconds from now until it may run again. */
  pause?: number
  attempts?: number
  error?: string | null
}

/** Lets go of a row; false when another process has it by now. */
export function releaseJob(queue: Queue, id: string, outcome: Outcome): Promise<boolean> {
  const { t, system, clock } = queue
  const { status, pause, attempts, error } = outcome
  return system.write(async (tx) => {
    const now = await clock(tx)
    const finished_at = status === 'done' || status === 'dead' ? new Date(now) : null
    const values = {
      status,
      lease_by: null,
      lease_until: null,
      finished_at,
      ...(pause === undefined ? {} : { run_at: new Date(now + pause) }),
      ...(attempts === undefined ? {} : { attempts }),
      ...(error === undefined ? {} : { last_error: error }),
    }
    return (
      (
        await tx
          .update(t)
          .set(values)
          .where(mine(queue, [id]))
          .returning({ id: t.id })
      ).length > 0
    )
  })
}

/** Notes how far a row is; false when another process has it by now. */
export function noteProgress(queue: Queue, id: string, progress: JobProgress): Promise<boolean> {
  const { t, system } = queue
  return system.write(
    async (tx) =>
      (
        await tx
          .update(t)
          .set({ progress })
          .where(mine(queue, [id]))
          .returning({ id: t.id })
      ).length > 0,
  )
}

/**
 * Milliseconds until a periodic row that was due at `dueAt` is due again: its beat is kept, and beats that were missed are left
 * out.
 */
export async function untilNextBeat(
  { system, clock }: Queue,
  dueAt: number,
  seconds: number,
): Promise<number> {
  const now = await system.read(clock)
  const period = seconds * 1000
  return period - (Math.max(0, now - dueAt) % period)
}
