import type { Host } from '../../../core/module'
import { createGit, type Git } from '../git/git'
import { createExtractor, type Extractor } from '../parsing/extractor'
import type { CodeSettings } from '../settings'

/** What index jobs work with. */
export interface Machine {
  host: Host<CodeSettings>
  git: Git
  extractor: Extractor
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
    extractor: createExtractor(host),
  }
}
