import type { Logger } from '../../core/module'
import { createClock } from '../jobs/clock'
import type { Storage } from '../storage/storage'
import { createTaskLeases } from './leases'
import { createRunner, type Runner } from './runner'
import { createTaskStore } from './store'
import type { TaskRow } from './tables'
import type { Tasks } from './tasks'

export interface TasksParts {
  storage: Storage
  log: Logger
  /** `Date.now` itself leaves Postgres its own clock; anything else is a test's clock. */
  now(): number
  /** How long a task is kept, and may run. */
  ttlMs: number
  /** How long others leave a task to a process that is not heard of. Default 15,000. */
  leaseMs?: number
}

/** Tasks of one owner that are not over, and those that are. */
const mostActive = 8
const mostOver = 40

export function createTasks({ storage, log, now, ttlMs, leaseMs = 15_000 }: TasksParts): Tasks {
  const parts = { storage, clock: createClock(now), worker: crypto.randomUUID(), leaseMs }
  const store = createTaskStore(parts)
  const leases = createTaskLeases(parts)
  const watchers = new Set<(owner: string, id: string) => void>()
  const changed = ({ owner, id }: Pick<TaskRow, 'owner' | 'id'>) => {
    for (const tell of watchers) tell(owner, id)
  }
  let runner: Runner | undefined
  return {
    hasRoom: async (owner) => (await store.countActive(owner)) < mostActive,
    async start(beginning) {
      const task = { id: crypto.randomUUID(), ...beginning }
      const row = await store.add(task, { mostActive, mostOver, ttlMs })
      if (row) runner?.begin(row)
      return row
    },
    get: store.get,
    async cancel(owner, id) {
      const cancelled = await store.cancel(owner, id)
      runner?.stop(id)
      if (cancelled) changed({ owner, id })
      return cancelled || (await store.get(owner, id)) !== undefined
    },
    async answer(owner, id, answers) {
      const row = await store.answer(owner, id, answers)
      if (row) runner?.answered(row)
      if (row) changed(row)
      return row !== undefined
    },
    remove: store.remove,
    forget: store.removeOver,
    async settled(row, waitMs) {
      await Promise.race([runner?.pausing(row.id), Bun.sleep(waitMs)])
      return (await store.get(row.owner, row.id)) ?? row
    },
    watch(listener) {
      watchers.add(listener)
      return () => watchers.delete(listener)
    },
    serve(run) {
      runner ??= createRunner({ leases, log, run, changed, now, beatMs: Math.ceil(leaseMs / 5) })
    },
    removeExpired: leases.removeExpired,
    async close() {
      await runner?.close()
    },
  }
}
