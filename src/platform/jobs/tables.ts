import { table } from '../../core/table'

export type JobStatus = 'queued' | 'running' | 'done' | 'failed' | 'dead'

/** How far a job says it is. */
export interface JobProgress {
  done: number
  total?: number
  message?: string
}

/** Durable background work. `queued` waits for its first attempt, `failed` for its next; `dead` had its last. */
export const jobRows = table('jobs', 'owner', (c) => ({
  id: c.id(),
  /** Null for jobs of the server itself. */
  owner: c.text(),
  kind: c.text().notNull(),
  /** Set on periodic jobs: the one row of the kind. */
  unique_key: c.text(),
  payload: c.json(),
  status: c.text().notNull().$type<JobStatus>(),
  /** Attempts begun. */
  attempts: c.small().notNull(),
  max_attempts: c.small().notNull(),
  /** When it may next run. */
  run_at: c.time().notNull(),
  /** While it runs: when others may take it, and which process has it. */
  lease_until: c.time(),
  lease_by: c.text(),
  progress: c.json<JobProgress>(),
  /** A public error's text, or an error's class: never what users wrote. */
  last_error: c.text(),
  created_at: c.time().notNull(),
  finished_at: c.time(),
}))
