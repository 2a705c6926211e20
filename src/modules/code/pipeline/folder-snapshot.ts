import { setImmediate as turn } from 'node:timers/promises'
import type { Git } from '../git/git'
import { listTree, type TreeEntry } from '../git/tree'
import {
  createFileReader,
  fileSize,
  hashOf,
  listWorkingTree,
  openWorkingTree,
  type WorkingTree,
} from '../git/working-tree'
import { isSafePath } from './classify'
import { judgeEntries, type Snapshot, type SnapshotFile, type SnapshotLimits } from './snapshot'

/** A local repository with everything that is not committed yet. */
export async function folderSnapshot(
  git: Git,
  folder: string,
  limits: SnapshotLimits,
  signal: AbortSignal,
): Promise<Snapshot> {
  const tree = await openWorkingTree(git, folder, { signal })
  const entries = await listWorkingTree(git, tree, { signal })
  const sizes = await sizesIn(tree, entries, signal)
  const present = entries.filter((entry) => entry.kind !== 'file' || sizes.has(entry.path))
  const judged = judgeEntries(present, limits, isSafePath, ({ path }) => sizes.get(path))
  const files = await withHashes(tree, judged, limits, signal)
  return {
    commit: tree.commit,
    branch: tree.branch,
    dirty: await isDirty(git, tree, entries, files, signal),
    files,
    read: (wanted, stop) => readFiles(tree, wanted, limits, stop),
  }
}

/** Files after which messages to this thread are heard, one to break off among them. */
const filesAtOnce = 32

async function heed(signal: AbortSignal, at: number): Promise<void> {
  if (at % filesAtOnce === 0) await turn()
  signal.throwIfAborted()
}

async function sizesIn(
  { folder }: WorkingTree,
  entries: TreeEntry[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  for (const [at, { kind, path }] of entries.entries()) {
    if (kind !== 'file') continue
    await heed(signal, at)
    const bytes = fileSize(folder, path)
    if (bytes !== undefined) sizes.set(path, bytes)
  }
  return sizes
}

async function withHashes(
  { folder }: WorkingTree,
  files: SnapshotFile[],
  { largestFile }: SnapshotLimits,
  signal: AbortSignal,
): Promise<SnapshotFile[]> {
  const hashed: SnapshotFile[] = []
  const read = createFileReader(folder, largestFile)
  for (const [at, file] of files.entries()) {
    if (file.skipped !== null) {
      hashed.push(file)
      continue
    }
    await heed(signal, at)
    const bytes = read(file.path)
    hashed.push(
      bytes ? { ...file, hash: hashOf(bytes), bytes: bytes.length } : { ...file, skipped: 'unreadable' },
    )
  }
  return hashed
}

/** True when what lies in the folder is not what its commit holds. */
async function isDirty(
  git: Git,
  { folder, commit }: WorkingTree,
  entries: TreeEntry[],
  files: SnapshotFile[],
  signal: AbortSignal,
): Promise<boolean> {
  if (commit === null) return true
  const committed = await listTree(git, commit, { workTree: folder, signal })
  if (committed.length !== entries.length || committed.length !== files.length) return true
  const hashes = new Map(committed.map(({ path, hash }) => [path, hash]))
  return files.some(({ path, hash, skipped }) => skipped === null && hashes.get(path) !== hash)
}

async function* readFiles(
  { folder }: WorkingTree,
  files: SnapshotFile[],
  { largestFile }: SnapshotLimits,
  signal: AbortSignal,
) {
  const read = createFileReader(folder, largestFile)
  for (const [at, { path, hash }] of files.entries()) {
    await heed(signal, at)
    const bytes = read(path)
    // What changed since it was listed is taken the next time.
    if (bytes && hashOf(bytes) === hash) yield { hash, bytes }
  }
}
