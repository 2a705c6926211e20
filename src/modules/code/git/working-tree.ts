import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../core/errors'
import type { Git, RunOptions } from './git'
import type { TreeEntry } from './tree'

/** A local repository as it lies in its folder. */
export interface WorkingTree {
  folder: string
  commit: string | null
  branch: string | null
}

/** Throws `invalid` where there is no repository. The folder is the repository's top, whatever folder inside was given. */
export async function openWorkingTree(git: Git, folder: string, options: RunOptions): Promise<WorkingTree> {
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory())
    throw new AppError('invalid', 'There is no such folder on this machine', { code: 'folder_not_found' })
  const top = await git.run(['rev-parse', '--show-toplevel'], { ...options, workTree: folder })
  if (top.code !== 0) throw notARepository()
  const place = { ...options, workTree: top.output.replace(/\n$/, '') }
  const [commit, branch] = await Promise.all([
    git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], place),
    git.run(['symbolic-ref', '--short', '--quiet', 'HEAD'], place),
  ])
  return {
    folder: place.workTree,
    commit: commit.code === 0 ? commit.output.trim() : null,
    branch: branch.code === 0 ? branch.output.trim() : null,
  }
}

const notARepository = () =>
  new AppError('invalid', 'The folder is not a git repository: run git init there first', {
    code: 'not_a_repository',
    errors: [{ path: '/repository', message: 'must be a git repository' }],
  })

/** The commit of a branch, tag or hash of a local repository. */
export async function localCommit(
  git: Git,
  tree: WorkingTree,
  ref: string,
  options: RunOptions,
): Promise<string> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]
  const ran = await git.run(args, { ...options, workTree: tree.folder })
  if (ran.code === 0) return ran.output.trim()
  throw new AppError(
    'not_found',
    'ref not found: it is neither a branch nor a tag nor a commit of the repository',
    {
      code: 'ref_not_found',
    },
  )
}

/** Tracked files and new ones that nothing ignores, as they are now. What git knows as a link or a submodule stays that. */
export async function listWorkingTree(
  git: Git,
  { folder }: WorkingTree,
  options: RunOptions,
): Promise<TreeEntry[]> {
  const place = { ...options, workTree: folder }
  const [tracked, others] = await Promise.all([
    git.run(['ls-files', '-z', '--stage'], place),
    git.run(['ls-files', '-z', '--others', '--exclude-standard'], place),
  ])
  if (tracked.code !== 0 || others.code !== 0) throw new Error('git could not list the files of the folder')
  const entries = new Map<string, TreeEntry>()
  for (const line of tracked.output.split('\0')) if (line) addTracked(entries, line)
  for (const path of others.output.split('\0')) {
    // A folder that ends with a slash is a repository of its own.
    if (path)
      entries.set(path, {
        path: path.replace(/\/$/, ''),
        kind: path.endsWith('/') ? 'submodule' : 'file',
        hash: '',
        bytes: null,
      })
  }
  return [...entries.values()]
}

function addTracked(entries: Map<string, TreeEntry>, line: string): void {
  const tab = line.indexOf('\t')
  const [mode, hash] = line.slice(0, tab).split(' ')
  const path = line.slice(tab + 1)
  const kind = mode === '120000' ? 'symlink' : mode === '160000' ? 'submodule' : 'file'
  entries.set(path, { path, kind, hash: kind === 'file' ? '' : hash!, bytes: null })
}

/*
 * Files are looked at without waiting: the thread that indexes has nothing else to do meanwhile, and an answer that comes by another thread takes ten times the
 * processor time of the question.
 */

/** Size of a file of the folder; undefined for what is gone, or is no plain file (any more). */
export function fileSize(folder: string, path: string): number | undefined {
  const found = statusOf(join(folder, path))
  return found?.isFile() ? found.size : undefined
}

/** A file's bytes; undefined when it is gone, has grown beyond the limit, or a part of its path is a link by now. */
export function readFileBytes(folder: string, path: string, largest: number): Uint8Array | undefined {
  if (leavesFolder(folder, path)) return undefined
  let file: number | undefined
  try {
    file = openSync(join(folder, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const found = fstatSync(file)
    return found.isFile() && found.size <= largest ? readFileSync(file) : undefined
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** True when a folder on the way is a link: it may lead out of the repository. */
function leavesFolder(folder: string, path: string): boolean {
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    if (!statusOf(join(folder, path.slice(0, slash)))?.isDirectory()) return true
  return false
}

function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** Git's own hash of a file's bytes. */
export function hashOf(bytes: Uint8Array): string {
  return new Bun.CryptoHasher('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}
