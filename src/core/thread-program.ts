import type { Host } from './module'
import type { Tasks } from './work-thread'

/** What a program in a work thread is given of its module's host. */
export interface ThreadHost<C>
  extends Pick<Host<C>, 'settings' | 'dialect' | 'log' | 'now' | 'newId' | 'folder'> {
  /** Milliseconds that one write of the thread may take: fewer while others of this process write to the same file. */
  writeTime(): number
}

/** What runs in a work thread. */
export interface ThreadProgram<C> {
  start(host: ThreadHost<C>): { tasks: Tasks; close(): Promise<void> }
}
