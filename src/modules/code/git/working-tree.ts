import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../core/errors'
import { refNotFound } from './failure'
import type { Git, RunOptions } from './git'
import type { TreeEntry } from './tree'

/** A local repository as it lies in its folder. */
export interface WorkingTree {
  folder: string
  commit: string | null
  branch: string | null
}

/** Throws `invalid` where there is no folder or no repository. The folder is the repository's top, whatever folder inside was given. */
export async function openWorkingTree(git: Git, folder: string, options: RunOptions): Promise<WorkingTree> {
  await checkFolder(folder)
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

/** Throws `folder_not_found` where there is no folder. */
export async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory())
    throw new AppError('invalid', `There is no such folder on this machine: ${folder}`, {
      code: 'folder_not_found',
    })
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
  throw refNotFound('neither a branch nor a tag nor a commit of the repository')
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

/**
 * Reads files of a folder; undefined for one that is gone, has grown beyond so many bytes, or has a link on its path by now. The bytes stand until
 * the next file is read.
 */
export function createFileReader(folder: string, most: number): (path: string) => Uint8Array | undefined {
  // A new piece of memory for each file would be touched for the first time again and again.
  let room = new Uint8Array(Math.min(most, 256 * 1024) + 1)
  const readAll = (file: number): Uint8Array | undefined => {
    for (let length = 0; ; ) {
      const read = readSync(file, room, length, room.length - length, null)
      length += read
      if (read === 0) return room.subarray(0, length)
      if (length > most) return undefined
      if (length === room.length) room = grown(room, Math.min(most + 1, length * 2))
    }
  }
  return (path) => {
    if (leavesFolder(folder, path)) return undefined
    let file: number | undefined
    try {
      file = openSync(join(folder, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
      return fstatSync(file).isFile() ? readAll(file) : undefined
    } catch {
      return undefined
    } finally {
      if (file !== undefined) closeSync(file)
    }
  }
}

function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length)
  larger.set(bytes)
  return larger
}

/** True when a folder on the way is a link: it may lead out of the repository. */
function leavesFolder(folder: string, path: string): boolean {
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    if (!statusOf(join(folder, path.slice(0, slash)))?.isDirectory()) return true
  return false
}

/** Of a path itself, not of what a link there leads to; undefined for what cannot be looked at. */
export function statusOf(path: string): Stats | undefined {
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
