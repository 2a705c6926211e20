import type { Host } from './module'
import type { Tasks } from './work-thread'

/** What a program in a work thread is given of its module's host. */
export interface ThreadHost<C>
  extends Pick<Host<C>, 'settings' | 'dialect' | 'log' | 'now' | 'newId' | 'folder'> {
  /**
   * True when the write under way should end and the rest wait for another: somebody waits for the file, or it has had it long enough. Never on Postgres, where
   * nobody waits.
   */
  isTurnOver(): boolean
}

/** What runs in a work thread. */
export interface ThreadProgram<C> {
  start(host: ThreadHost<C>): { tasks: Tasks; close(): Promise<void> }
}
