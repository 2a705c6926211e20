import type { ThreadHost } from '../../../core/thread-program'
import type { Git } from '../git/git'
import type { Extractor } from '../parsing/extractor'
import type { CodeSettings } from '../settings'

/** What the indexing thread works with. */
export interface Indexer {
  host: ThreadHost<CodeSettings>
  git: Git
  extractor: Extractor
}
