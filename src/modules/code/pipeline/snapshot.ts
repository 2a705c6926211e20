import type { TreeEntry } from '../git/tree'

/** Why a file is listed but not searchable. */
export type SkipReason =
  | 'binary'
  | 'too_large'
  | 'symlink'
  | 'submodule'
  | 'unsafe_path'
  | 'too_many_files'
  | 'unreadable'

/** A file of a snapshot; `hash` is that of its bytes. */
export interface SnapshotFile {
  path: string
  hash: string
  bytes: number
  skipped: SkipReason | null
}

/** A repository as it is at one moment. */
export interface Snapshot {
  commit: string | null
  branch: string | null
  dirty: boolean
  files: SnapshotFile[]
  /** Bytes of these files' contents, one after the other, which stand until the next is asked for; what cannot be read any more is left out. */
  read(files: SnapshotFile[], signal: AbortSignal): AsyncIterable<{ hash: string; bytes: Uint8Array }>
}

/** What may be indexed. */
export interface SnapshotLimits {
  largestFile: number
  mostFiles: number
}

/** Judges the entries of a tree. `isSafe` is told paths; `sizeOf` gives undefined for what was left out of a fetch because of its size. */
export function judgeEntries(
  entries: TreeEntry[],
  limits: SnapshotLimits,
  isSafe: (path: string) => boolean,
  sizeOf: (entry: TreeEntry) => number | undefined,
): SnapshotFile[] {
  let taken = 0
  return entries.map((entry) => {
    const bytes = entry.kind === 'file' ? sizeOf(entry) : 0
    const skipped =
      reasonOf(entry, bytes, limits, isSafe) ?? (taken < limits.mostFiles ? null : 'too_many_files')
    if (skipped === null) taken++
    const path = skipped === 'unsafe_path' ? printable(entry.path) : entry.path
    return { path, hash: entry.hash, bytes: bytes ?? 0, skipped }
  })
}

function reasonOf(
  { kind, path }: TreeEntry,
  bytes: number | undefined,
  { largestFile }: SnapshotLimits,
  isSafe: (path: string) => boolean,
): SkipReason | null {
  if (!isSafe(path)) return 'unsafe_path'
  if (kind !== 'file') return kind
  return bytes === undefined || bytes > largestFile ? 'too_large' : null
}

/** A path as it can be shown: what would fool a reader or a terminal is replaced. */
const printable = (path: string) =>
  path
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\\]/gu, '\ufffd')
    .slice(0, 250)
    .toWellFormed()
