import { readAddress } from '../git/address'
import {
  fetchCommit,
  findHead,
  gitDirOf,
  type RemoteAddress,
  type RemoteOptions,
  routeTo,
} from '../git/remote'
import { localCommit, openWorkingTree } from '../git/working-tree'
import { folderSnapshot } from '../pipeline/folder-snapshot'
import type { Progress } from '../pipeline/index-snapshot'
import { commitSnapshot } from '../pipeline/remote-snapshot'
import type { Snapshot, SnapshotLimits } from '../pipeline/snapshot'
import type { RepositoryRow } from '../repositories/repository'
import type { CodeSettings } from '../settings'
import type { Indexer } from './indexer'

/** What fetching reports to. */
export interface Watcher {
  signal: AbortSignal
  report(progress: Progress): Promise<void>
}

const limitsOf = ({ CODE_MAX_FILE_SIZE, CODE_MAX_FILES }: CodeSettings): SnapshotLimits => ({
  largestFile: CODE_MAX_FILE_SIZE,
  mostFiles: CODE_MAX_FILES,
})

/** The repository as it is now: fetched, or looked at in its folder. */
export async function takeSnapshot(
  indexer: Indexer,
  repository: RepositoryRow,
  watcher: Watcher,
): Promise<Snapshot> {
  await watcher.report({ phase: 'fetching' })
  return repository.kind === 'remote'
    ? remoteSnapshot(indexer, repository, watcher)
    : localSnapshot(indexer, repository, watcher)
}

async function localSnapshot(
  { host, git }: Indexer,
  { location, ref }: RepositoryRow,
  { signal }: Watcher,
): Promise<Snapshot> {
  const limits = limitsOf(host.settings)
  if (ref === '') return folderSnapshot(git, location, limits, signal)
  const tree = await openWorkingTree(git, location, { signal })
  const commit = await localCommit(git, tree, ref, { signal })
  return commitSnapshot(git, { workTree: tree.folder }, { commit, branch: ref }, limits, signal)
}

async function remoteSnapshot(
  { host, git }: Indexer,
  repository: RepositoryRow,
  watcher: Watcher,
): Promise<Snapshot> {
  const { settings } = host
  const { signal } = watcher
  const address = remoteAddress(repository, settings)
  const route = await routeTo(
    git,
    address,
    remoteOptions(host.folder(), settings, address, repository.private),
  )
  const head = await findHead(git, address, repository.ref, route, signal)
  const gitDir = gitDirOf(host.folder(), repository)
  const onProgress = (text: string) =>
    void watcher.report({ phase: 'fetching', ...received(text) }).catch(() => {})
  await fetchCommit(git, address, head, gitDir, {
    route,
    largestFile: settings.CODE_MAX_FILE_SIZE,
    signal,
    onProgress,
    keptAs: 'refs/holdfast/tip',
  })
  return commitSnapshot(git, { gitDir }, head, limitsOf(settings), signal)
}

/** The row's URL as an address again. */
export const remoteAddress = (
  { location }: RepositoryRow,
  { KOTA_GIT_BASE_URL }: CodeSettings,
): RemoteAddress => readAddress(location, KOTA_GIT_BASE_URL) as RemoteAddress

/** What a fetch for this repository may use: the token only towards the host that it is for. */
export function remoteOptions(
  folder: string,
  settings: CodeSettings,
  { url }: RemoteAddress,
  mayUse: boolean,
): RemoteOptions {
  const isUsual = new URL(url).origin === new URL(settings.KOTA_GIT_BASE_URL).origin
  const token = mayUse && isUsual ? settings.CODE_GIT_TOKEN : undefined
  return {
    folder,
    allowPrivate: settings.CODE_ALLOW_PRIVATE_HOSTS,
    credentials: token ? { username: settings.CODE_GIT_USERNAME, token } : undefined,
    sshKey: mayUse ? settings.CODE_SSH_KEY : undefined,
    timeoutSeconds: settings.CODE_FETCH_TIMEOUT_SECONDS,
    largestPack: settings.CODE_MAX_REPOSITORY_SIZE,
    largestFile: settings.CODE_MAX_FILE_SIZE,
  }
}

/** `Receiving objects:  45% (450/1000), 1.20 MiB | 1.00 MiB/s` as counts. */
function received(text: string): Pick<Progress, 'filesDone' | 'filesTotal'> {
  const match = /Receiving objects:\s+\d+% \((\d+)\/(\d+)\)/.exec(text)
  return match ? { filesDone: Number(match[1]), filesTotal: Number(match[2]) } : {}
}
