import type { CurrentFile } from './current-files'
import type { SnapshotFile } from './snapshot'

/** What a snapshot changes of what is shown. */
export interface Comparison {
  /** New files, and those with other bytes or another reason to be skipped. */
  changed: { file: SnapshotFile; before: CurrentFile | undefined }[]
  /** Rows that the next generation does not show any more, changed ones included. */
  closed: CurrentFile[]
  /** Paths that are gone. */
  gone: string[]
  unchanged: number
}

/** Compares by path and hash. A new path whose bytes stood under a path that is gone is a rename, and keeps that one's history. */
export function compareSnapshot(files: readonly SnapshotFile[], current: readonly CurrentFile[]): Comparison {
  const byPath = new Map(current.map((file) => [file.path, file]))
  const changed: Comparison['changed'] = []
  const closed: CurrentFile[] = []
  let unchanged = 0
  for (const file of files) {
    const before = byPath.get(file.path)
    byPath.delete(file.path)
    if (before && isSame(file, before)) {
      unchanged++
      continue
    }
    changed.push({ file, before })
    if (before) closed.push(before)
  }
  const gone = [...byPath.values()]
  return {
    changed: withRenames(changed, gone),
    closed: [...closed, ...gone],
    gone: gone.map(({ path }) => path),
    unchanged,
  }
}

/** `binary` is found out by reading, so a snapshot does not know it yet. */
function isSame(file: SnapshotFile, before: CurrentFile): boolean {
  if (file.hash !== before.hash) return false
  return file.skipped === before.skipped || (file.skipped === null && before.skipped === 'binary')
}

function withRenames(changed: Comparison['changed'], gone: readonly CurrentFile[]): Comparison['changed'] {
  const byHash = new Map(gone.filter(({ hash }) => hash !== '').map((file) => [file.hash, file]))
  return changed.map((change) => {
    if (change.before) return change
    const before = byHash.get(change.file.hash)
    if (before) byHash.delete(change.file.hash)
    return { file: change.file, before }
  })
}
