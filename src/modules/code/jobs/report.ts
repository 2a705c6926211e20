import { and, eq } from 'drizzle-orm'
import type { ThreadHost } from '../../../core/thread-program'
import type { TaskRun } from '../../../core/work-thread'
import type { Progress } from '../pipeline/index-snapshot'
import type { CodeSettings } from '../settings'
import { indexJobs } from '../tables'
import { Cancelled } from './fence'
import type { JobRow } from './job'

const every = 250
const heartbeat = 2000

/** Keeps a job's row up to date while it runs; the signal is raised when the job was cancelled, or the run's own is. */
export function createReport(host: ThreadHost<CodeSettings>, run: TaskRun, job: JobRow) {
  const cancel = new AbortController()
  const signal = AbortSignal.any([run.signal, cancel.signal])
  let [last, stopped] = [0, false]
  let values: Partial<JobRow> = {}

  async function write(): Promise<void> {
    last = performance.now()
    const written = await run.scope.write(async (tx) => {
      const t = indexJobs.on(tx.dialect)
      const mine = and(
        eq(t.owner, job.owner),
        eq(t.id, job.id),
        eq(t.status, 'processing'),
        eq(t.run_id, job.run_id!),
      )
      const set = { ...values, updated_at: new Date(host.now()) }
      return tx.update(t).set(set).where(mine).returning({ id: t.id })
    })
    if (written.length === 0 && !stopped) cancel.abort(new Cancelled('the index job was cancelled'))
  }
  const timer = setInterval(() => {
    if (performance.now() - last > heartbeat - every) write().catch(() => {})
  }, heartbeat)
  timer.unref()
  return {
    signal,
    async report(progress: Progress): Promise<void> {
      signal.throwIfAborted()
      const isNew = progress.phase !== values.phase
      values = rowOf(progress)
      if (isNew || performance.now() - last > every) await write()
      signal.throwIfAborted()
    },
    stop() {
      stopped = true
      clearInterval(timer)
    },
  }
}

const rowOf = ({ phase, filesDone, filesTotal, bytesDone, bytesTotal }: Progress): Partial<JobRow> => ({
  phase,
  files_done: filesDone ?? 0,
  files_total: filesTotal ?? null,
  bytes_done: bytesDone ?? 0,
  bytes_total: bytesTotal ?? null,
})
