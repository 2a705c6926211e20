import type { Job } from '../../core/module'

export interface Jobs {
  /** Adds a durable row; returns its id. */
  enqueue(kind: string, owner: string | null, payload: unknown, options?: { runAt?: Date }): Promise<string>
  /** Starts polling for rows whose kind is in `jobs`. */
  start(jobs: Job[]): void
  /** Stops taking rows, aborts the running ones and gives their leases back. */
  stop(): Promise<void>
}
