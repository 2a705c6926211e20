import type { Host } from '../../../core/module'
import type { WorkThread } from '../../../core/work-thread'
import { createGit, type Git } from '../git/git'
import type { CodeSettings } from '../settings'

/** What the serving thread has for index jobs: they are done in `thread`, by `program.ts`. */
export interface Machine {
  host: Host<CodeSettings>
  git: Git
  thread: WorkThread
}

export function createMachine(host: Host<CodeSettings>): Machine {
  let git: Git | undefined
  return {
    host,
    // The folder is only made when something is indexed.
    get git() {
      git ??= createGit(host.folder())
      return git
    },
    thread: host.openThread('code'),
  }
}
