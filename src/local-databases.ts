import { isAbsolute, join } from 'node:path'
import type { AppendLog, LocalDatabase } from './core/local-database'
import type { Host } from './core/module'
import type { WorkThread } from './core/work-thread'
import { openLocal } from './platform/storage/local/open'
import { openAppendLog } from './platform/storage/log/append-log'
import type { Storage, StorageConfig } from './platform/storage/storage'
import { openWork } from './platform/storage/work/open'

/** The threads that there are, by name; each is an entry of the build (src/build.ts). */
const threads = {
  metrics: () => new Worker(entryOf('./threads/metrics.ts')),
  code: () => new Worker(entryOf('./threads/code.ts')),
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

/** What a work thread opens for itself, as the server has opened it. */
export interface ThreadStorage {
  storage: Storage
  config: StorageConfig & { REQUEST_TIMEOUT_SECONDS: number }
}

/** Connections to Postgres of a work thread: it reads and writes one thing after the other. */
const connections = 2

/** The port of work threads, for the host of one module. */
export function workThreads(
  host: Pick<Host<unknown>, 'settings' | 'log' | 'now'> & { folder: string },
  { storage, config }: ThreadStorage,
): Pick<Host<unknown>, 'openThread'> {
  const { DATA_DIR, DATABASE_URL, DATABASE_SSL_CA, REQUEST_TIMEOUT_SECONDS: statementSeconds } = config
  return {
    openThread: (program): WorkThread =>
      openWork({
        opening: {
          storage: { DATA_DIR, DATABASE_URL, DATABASE_SSL_CA, DATABASE_POOL_SIZE: connections },
          statementSeconds,
          settings: host.settings,
          folder: host.folder,
        },
        turns: storage.turns,
        log: host.log,
        now: host.now,
        spawn: threads[program],
      }),
  }
}
