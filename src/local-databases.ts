import { isAbsolute, join } from 'node:path'
import type { AppendLog, LocalDatabase } from './core/local-database'
import type { Host } from './core/module'
import { openLocal } from './platform/storage/local/open'
import { openAppendLog } from './platform/storage/log/append-log'

/** The threads that there are, by name; each is an entry of the build (src/build.ts). */
const threads = {
  metrics: () => new Worker(entryOf('./threads/metrics.ts')),
}

/**
 * Where a thread's program is. Inside of the compiled file it goes by its path as the build names it: `import.meta.url` still tells where the
 * source once was, and on another machine there is nothing.
 */
function entryOf(path: string): string {
  const isCompiled = /^(\/\$bunfs|[A-Z]:[\\/]~BUN)/i.test(Bun.main)
  return isCompiled ? path : new URL(path, import.meta.url).href
}

/** The ports of local files: relative paths are below the data folder. */
export function localFiles(dataDir: string): Pick<Host<unknown>, 'openLocal' | 'openLog'> {
  const full = (path: string) => (isAbsolute(path) ? path : join(dataDir, path))
  return {
    openLocal: (program, path, options): LocalDatabase =>
      openLocal({ path: full(path), options, spawn: threads[program] }),
    openLog: (folder): AppendLog => openAppendLog(full(folder)),
  }
}
