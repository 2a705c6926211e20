import { readContents } from '../git/contents'
import type { Git } from '../git/git'
import { listTree, sizesOf } from '../git/tree'
import { isSafePath } from './classify'
import { judgeEntries, type Snapshot, type SnapshotLimits } from './snapshot'

/** Where a commit's objects are. */
export interface CommitPlace {
  gitDir?: string
  workTree?: string
}

/** The tree of a commit whose objects are there. */
export async function commitSnapshot(
  git: Git,
  place: CommitPlace,
  head: { commit: string; branch: string | null },
  limits: SnapshotLimits,
  signal: AbortSignal,
): Promise<Snapshot> {
  const entries = await listTree(git, head.commit, { ...place, signal })
  const hashes = new Set(entries.filter(({ kind }) => kind === 'file').map(({ hash }) => hash))
  const sizes = await sizesOf(git, hashes, { ...place, signal })
  return {
    ...head,
    dirty: false,
    files: judgeEntries(entries, limits, isSafePath, ({ hash }) => sizes.get(hash)),
    read: (files, stop) =>
      readContents(
        git,
        files.map(({ hash }) => hash),
        { ...place, signal: stop },
      ),
  }
}
