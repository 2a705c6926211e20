import { and, asc, eq, inArray, lt } from 'drizzle-orm'
import type { Reader, Writer } from '../../core/storage'
import type { Clock } from '../jobs/clock'
import type { Storage } from '../storage/storage'
import { type TaskRow, type TaskStatus, taskRows } from './tables'

/** The tasks that this process runs, and those that nobody does. */
export interface TaskLeases {
  /** Writes what is known now about a task that this process runs; false when it is another's or over. */
  note(id: string, change: Note): Promise<boolean>
  /** Extends the leases of these; gives those that this process still runs. */
  extend(ids: string[]): Promise<TaskRow[]>
  /** Takes up to `most` tasks that no process holds any more. */
  takeAbandoned(most: number): Promise<TaskRow[]>
  /** Leaves these to whoever looks next. */
  release(ids: string[]): Promise<void>
  removeExpired(): Promise<void>
}

export type Note = Partial<Pick<TaskRow, 'status' | 'message' | 'outcome' | 'questions'>>

export interface TaskParts {
  storage: Storage
  clock: Clock
  /** Under this name the process holds its leases. */
  worker: string
  leaseMs: number
}

export const active: TaskStatus[] = ['working', 'input_required']
export const over: TaskStatus[] = ['completed', 'failed', 'cancelled']

export function createTaskLeases({ storage, clock, worker, leaseMs }: TaskParts): TaskLeases {
  const t = taskRows.on(storage.dialect)
  const { system } = storage
  const mine = (ids: string[]) => and(inArray(t.id, ids), eq(t.lease_by, worker), inArray(t.status, active))!
  const lease = (now: number) => ({ lease_by: worker, lease_until: new Date(now + leaseMs) })
  const abandoned = (now: number) => and(inArray(t.status, active), lt(t.lease_until, new Date(now)))!

  return {
    note: (id, change) =>
      system.write(async (tx) => {
        const ends = change.status !== undefined && over.includes(change.status)
        const freed = ends ? { lease_by: null, lease_until: null } : {}
        const updated_at = new Date(await clock(tx))
        const noted = await tx
          .update(t)
          .set({ ...change, ...freed, updated_at })
          .where(mine([id]))
          .returning({ id: t.id })
        return noted.length > 0
      }),
    extend: (ids) =>
      system.write(async (tx) => {
        const until = lease(await clock(tx))
        return tx.update(t).set(until).where(mine(ids)).returning()
      }),
    async takeAbandoned(most) {
      // Looking first keeps idle processes from writing.
      if (!(await system.read(async (db) => hasAbandoned(db, await clock(db))))) return []
      return system.write(async (tx) => {
        const now = await clock(tx)
        const found = tx.select().from(t).where(abandoned(now)).orderBy(asc(t.created_at)).limit(most)
        const rows = await (tx.dialect === 'postgres' ? found.for('update', { skipLocked: true }) : found)
        return Promise.all(rows.map((row) => take(tx, row, now)))
      })
    },
    async release(ids) {
      if (ids.length === 0) return
      await system.write(async (tx) => {
        await tx
          .update(t)
          .set({ lease_by: null, lease_until: new Date(0) })
          .where(mine(ids))
      })
    },
    removeExpired: () =>
      system.write(async (tx) => {
        await tx.delete(t).where(lt(t.expires_at, new Date(await clock(tx))))
      }),
  }

  async function hasAbandoned(db: Reader, now: number): Promise<boolean> {
    return (await db.select({ id: t.id }).from(t).where(abandoned(now)).limit(1)).length > 0
  }

  async function take(tx: Writer, row: TaskRow, now: number): Promise<TaskRow> {
    const values = { ...lease(now), attempts: row.attempts + 1 }
    await tx.update(t).set(values).where(eq(t.id, row.id))
    return { ...row, ...values }
  }
}
