import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, invalid } from '../../../../core/errors'
import { checkRef } from '../../git/address'
import { compareCommits } from '../../git/compare'
import type { Git, RunOptions } from '../../git/git'
import { fetchCommit, findHead, gitDirOf, routeTo, wholeHash } from '../../git/remote'
import { localCommit, openWorkingTree } from '../../git/working-tree'
import type { Machine } from '../../jobs/machine'
import { remoteAddress, remoteOptions } from '../../jobs/take-snapshot'
import type { RepositoryRow } from '../../repositories/repository'
import { type ChangedFile, readDiff } from './diff'

/** Two refs of a repository; one that is left out is the commit of the index. */
export interface TwoRefs {
  base?: string | undefined
  head?: string | undefined
}

/** What changed from one commit to the other, in lines of the commit that the index is of. */
export interface Compared {
  base_commit: string
  head_commit: string
  changes: ChangedFile[]
  /** True when neither commit is the index's, so that lines may stand elsewhere there. */
  elsewhere: boolean
}

/** Reads what two refs differ in from the repository's clone; what the clone lacks is fetched. Throws `ref_not_found`. */
export async function compareRefs(
  machine: Machine,
  row: RepositoryRow,
  { base, head }: TwoRefs,
  signal: AbortSignal,
): Promise<Compared> {
  const [from, to] = [refOf(row, base, '/base'), refOf(row, head, '/head')]
  const { place, commits } =
    row.kind === 'local'
      ? await localCommits(machine.git, row, [from, to], signal)
      : await remoteCommits(machine, row, [from, to], signal)
  const [base_commit, head_commit] = commits as [string, string]
  // Lines are those of the text that the index has: where that is the head's, the comparison is read backwards.
  const backwards = row.commit === head_commit && base_commit !== head_commit
  const [old, fresh] = backwards ? [head_commit, base_commit] : [base_commit, head_commit]
  const found = await compareCommits(machine.git, old, fresh, place)
  const changes = 'diff' in found ? readAll(found.diff) : found.paths.map((path) => ({ ...path, ranges: [] }))
  return {
    base_commit,
    head_commit,
    changes: backwards ? changes.map(forwards) : changes,
    elsewhere: row.commit !== base_commit && row.commit !== head_commit,
  }
}

const readAll = (diff: string): ChangedFile[] => (diff === '' ? [] : readDiff(diff))

function refOf({ commit }: RepositoryRow, ref: string | undefined, path: '/base' | '/head'): string {
  if (ref !== undefined) return checkRef(ref, path)
  if (commit === null) throw invalid(path, 'must be given: the index is of no commit')
  return commit
}

async function localCommits(git: Git, row: RepositoryRow, refs: string[], signal: AbortSignal) {
  const tree = await openWorkingTree(git, row.location, { signal })
  const commits: string[] = []
  for (const ref of refs) commits.push(await localCommit(git, tree, ref, { signal }))
  return { place: { workTree: tree.folder, signal }, commits }
}

async function remoteCommits(machine: Machine, row: RepositoryRow, refs: string[], signal: AbortSignal) {
  const { host, git } = machine
  const address = remoteAddress(row, host.settings)
  const place = { gitDir: gitDirOf(host.folder(), row), signal }
  let route: RunOptions | undefined
  const commits: string[] = []
  for (const ref of refs) {
    if (!(await hasCommit(git, ref, place))) {
      route ??= await routeTo(git, address, remoteOptions(host.folder(), host.settings, address, row.private))
      const found = await findHead(git, address, ref, route, signal)
      const fetching = { route, largestFile: host.settings.CODE_MAX_FILE_SIZE, signal, onProgress() {} }
      if (!(await hasCommit(git, found.commit, place)))
        await fetchCommit(git, address, found, place.gitDir, { ...fetching, keptAs: null })
      commits.push(found.commit)
    } else commits.push(ref)
  }
  return { place, commits }
}

/** True for the whole hash of a commit that the clone has. */
async function hasCommit(git: Git, commit: string, place: RunOptions): Promise<boolean> {
  if (!wholeHash.test(commit) || !existsSync(join(place.gitDir!, 'HEAD'))) return false
  return (await git.run(['cat-file', '-e', `${commit}^{commit}`], place)).code === 0
}

/** The same change from base to head, found on a way from head to base: the index has what it leads to. */
function forwards(change: ChangedFile): ChangedFile {
  const { status, path, previous } = change
  if (status === 'deleted') return { ...change, status: 'modified', ranges: [], reason: 'is new' }
  if (status === 'added') return { ...change, reason: 'is deleted' }
  if (status === 'renamed') return { ...change, reason: `is renamed from ${path} to ${previous}` }
  return change
}

/** Files beyond this many are not followed. */
export const mostChanges = 300

/** The same refs say so little that nothing differs. */
export const nothingDiffers = () =>
  new AppError('invalid', 'base and head do not differ: give two refs whose files do', {
    code: 'nothing_differs',
    errors: [{ path: '/head', message: 'must differ from base' }],
  })
