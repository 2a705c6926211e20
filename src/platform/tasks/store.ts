import { and, count, desc, eq, gt, inArray } from 'drizzle-orm'
import type { Reader, Writer } from '../../core/storage'
import { active, over, type TaskParts } from './leases'
import { type Members, type TaskRow, taskRows } from './tables'

/** The tasks of one owner at a time: another's are as unknown. */
export interface TaskStore {
  /** Adds a task that this process runs; undefined when the owner has too many that are not over. The oldest that are over make room. */
  add(task: NewTask, bounds: TaskBounds): Promise<TaskRow | undefined>
  get(owner: string, id: string): Promise<TaskRow | undefined>
  /** How many of the owner's tasks are not over. */
  countActive(owner: string): Promise<number>
  /** Ends a task that is not over; false for every other. */
  cancel(owner: string, id: string): Promise<boolean>
  /** Keeps answers to questions that are open; undefined for a task that is not there. */
  answer(owner: string, id: string, answers: Members): Promise<TaskRow | undefined>
  remove(owner: string, id: string): Promise<void>
  /** Removes all that are over. */
  removeOver(owner: string): Promise<void>
}

export interface NewTask {
  id: string
  owner: string
  tool: string
  input: Members
  caller: Members
}

export interface TaskBounds {
  /** Tasks of one owner that are not over. */
  mostActive: number
  /** Tasks of one owner that are over. */
  mostOver: number
  ttlMs: number
}

export function createTaskStore({ storage, clock, worker, leaseMs }: TaskParts): TaskStore {
  const t = taskRows.on(storage.dialect)
  const own = (owner: string, id: string) => and(eq(t.owner, owner), eq(t.id, id))!

  return {
    add: (task, bounds) =>
      storage.as(task.owner).write(async (tx) => {
        if ((await countActive(t, tx, task.owner)) >= bounds.mostActive) return undefined
        await makeRoom(t, tx, task.owner, bounds.mostOver)
        const now = await clock(tx)
        const [added] = await tx
          .insert(t)
          .values({
            ...task,
            status: 'working',
            attempts: 1,
            lease_by: worker,
            lease_until: new Date(now + leaseMs),
            created_at: new Date(now),
            updated_at: new Date(now),
            expires_at: new Date(now + bounds.ttlMs),
          })
          .returning()
        return added
      }),
    get: (owner, id) =>
      storage.as(owner).read(async (db) => {
        const unexpired = gt(t.expires_at, new Date(await clock(db)))
        const [row] = await db
          .select()
          .from(t)
          .where(and(own(owner, id), unexpired))
        return row
      }),
    countActive: (owner) => storage.as(owner).read((db) => countActive(t, db, owner)),
    cancel: (owner, id) =>
      storage.as(owner).write(async (tx) => {
        const updated_at = new Date(await clock(tx))
        const cancelled = await tx
          .update(t)
          .set({ status: 'cancelled', questions: null, lease_by: null, lease_until: null, updated_at })
          .where(and(own(owner, id), inArray(t.status, active)))
          .returning({ id: t.id })
        return cancelled.length > 0
      }),
    answer: (owner, id, answers) =>
      storage.as(owner).write(async (tx) => {
        const found = tx.select().from(t).where(own(owner, id))
        const [row] = await (tx.dialect === 'postgres' ? found.for('update') : found)
        if (row?.status !== 'input_required') return row
        const values = { ...answered(row, answers), updated_at: new Date(await clock(tx)) }
        await tx.update(t).set(values).where(own(owner, id))
        return { ...row, ...values }
      }),
    remove: (owner, id) =>
      storage.as(owner).write(async (tx) => {
        await tx.delete(t).where(own(owner, id))
      }),
    removeOver: (owner) =>
      storage.as(owner).write(async (tx) => {
        await tx.delete(t).where(and(eq(t.owner, owner), inArray(t.status, over)))
      }),
  }
}

type Rows = ReturnType<typeof taskRows.on>

async function countActive(t: Rows, db: Reader, owner: string): Promise<number> {
  const [found] = await db
    .select({ many: count() })
    .from(t)
    .where(and(eq(t.owner, owner), inArray(t.status, active)))
  return found!.many
}

/** Removes the oldest that are over, so that one more can come. */
async function makeRoom(t: Rows, tx: Writer, owner: string, mostOver: number): Promise<void> {
  const ended = and(eq(t.owner, owner), inArray(t.status, over))
  const spare = tx
    .select({ id: t.id })
    .from(t)
    .where(ended)
    .orderBy(desc(t.created_at))
    .limit(1000)
    .offset(mostOver - 1)
  await tx.delete(t).where(and(ended, inArray(t.id, spare)))
}

/** Answers to what was not asked, or was answered before, are left out; the task goes on once nothing is open. */
function answered(row: TaskRow, given: Members): Pick<TaskRow, 'questions' | 'answers' | 'status'> {
  const open = Object.entries(row.questions ?? {})
  const fitting = Object.fromEntries(open.filter(([key]) => key in given).map(([key]) => [key, given[key]]))
  const left = Object.fromEntries(open.filter(([key]) => !(key in given)))
  const done = Object.keys(left).length === 0
  return {
    answers: { ...row.answers, ...fitting },
    questions: done ? null : left,
    status: done ? 'working' : 'input_required',
  }
}
