import { existsSync, type FSWatcher, watch } from 'node:fs'
import { and, eq, ne } from 'drizzle-orm'
import type { Host, Job } from '../../../core/module'
import { requestAgain } from '../jobs/follow-up'
import type { CodeSettings } from '../settings'
import { repositories } from '../tables'

const changedKind = 'code.folder_changed'
/** Milliseconds of quiet after a change before it is indexed. */
const debounce = 500
/** A job that runs leaves a change for later. */
const again = 2000

interface Watched {
  folder: string
  close(): void
}

/** Watches the folders of local repositories and has changes indexed, uncommitted ones too. */
export function createFolderWatch(host: Host<CodeSettings>): { jobs: Job[]; stop(): void } {
  const watched = new Map<string, Watched>()
  if (!host.settings.CODE_WATCH) return { jobs: [], stop: () => {} }

  function begin(id: string, owner: string, folder: string): void {
    if (watched.get(id)?.folder === folder) return
    watched.get(id)?.close()
    watched.delete(id)
    if (!existsSync(folder)) return
    const changed = () => void host.enqueue(changedKind, owner, { repository: id }).catch(() => {})
    const close = openWatch(host, folder, changed, () => watched.delete(id))
    if (!close) return
    watched.set(id, { folder, close })
    // What changed since the index was made, while nobody looked: before this watch, or while the server was down.
    changed()
  }
  /** Keeps the watches equal to the local repositories: after a start, and after changes by other processes. */
  const keep: Job = {
    kind: 'code.watch_folders',
    everySeconds: 10,
    async run(_, { scope }) {
      const rows = await scope.read((db) => {
        const r = repositories.on(db.dialect)
        return db
          .select({ id: r.id, owner: r.owner, folder: r.location, generation: r.generation })
          .from(r)
          .where(and(eq(r.kind, 'local'), eq(r.ref, ''), ne(r.status, 'removing')))
      })
      const ready = rows.filter(({ generation }) => generation > 0)
      for (const { id, owner, folder } of ready) begin(id, owner, folder)
      const kept = new Set(ready.map(({ id }) => id))
      for (const [id, { close }] of watched) {
        if (kept.has(id)) continue
        close()
        watched.delete(id)
      }
    },
  }
  const index: Job = {
    kind: changedKind,
    async run(payload, { scope, owner, signal }) {
      const { repository: id } = payload as { repository: string }
      const [row] = await scope.read((db) => {
        const r = repositories.on(db.dialect)
        return db
          .select()
          .from(r)
          .where(and(eq(r.owner, owner!), eq(r.id, id), ne(r.status, 'removing')))
      })
      if (!row || (await requestAgain(host, scope, row, 'watch'))) return
      await Bun.sleep(again)
      signal.throwIfAborted()
      await requestAgain(host, scope, row, 'watch')
    },
  }
  return {
    jobs: [keep, index],
    stop() {
      for (const { close } of watched.values()) close()
    },
  }
}

/** What git and tools write for themselves is no change; a commit or another branch is. */
const isNoise = (path: string) =>
  /(^|\/)node_modules(\/|$)/.test(path) ||
  (/^\.git(\/|$)/.test(path) && !/^\.git\/(HEAD|refs\/heads\/.+|packed-refs)$/.test(path)) ||
  path.endsWith('.lock')

/** Calls `onChange` after changes have settled, `onGone` once nothing is watched any more; returns what ends it, or undefined where the folder cannot be watched. */
function openWatch(
  host: Host<CodeSettings>,
  folder: string,
  onChange: () => void,
  onGone: () => void,
): (() => void) | undefined {
  let timer: ReturnType<typeof setTimeout> | undefined
  let end = onGone
  const settle = (_: string, path: string | null | undefined) => {
    // The folder itself was removed or moved: one that comes in its place is another.
    if (typeof path !== 'string') return end()
    if (isNoise(path)) return
    clearTimeout(timer)
    timer = setTimeout(onChange, debounce)
    timer.unref()
  }
  try {
    const watcher: FSWatcher = watch(folder, { recursive: true, persistent: false }, settle)
    const close = () => {
      clearTimeout(timer)
      watcher.close()
    }
    end = () => {
      close()
      onGone()
    }
    watcher.on('error', end)
    return close
  } catch (error) {
    host.log.warn('a folder cannot be watched: index it by hand after changes', { error })
    return undefined
  }
}
