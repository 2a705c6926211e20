import { AppError } from '../../../core/errors'
import type { Git, RunOptions } from './git'

/** One entry of a commit's tree. */
export interface TreeEntry {
  path: string
  kind: 'file' | 'symlink' | 'submodule'
  hash: string
  /** Of a file, when known. */
  bytes: number | null
}

/** Files and characters of one listing. Trees that hold each other let a few objects stand for billions of files. */
const most = { entries: 1_000_000, characters: 256 * 1024 ** 2 }

/**
 * Everything that a commit holds, in git's order. Paths that are no UTF-8 keep replacement characters. Throws `too_large` for a listing
 * beyond all measure.
 */
export async function listTree(git: Git, commit: string, options: RunOptions): Promise<TreeEntry[]> {
  const child = git.open(['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', commit], options)
  child.stdin.end()
  const entries: TreeEntry[] = []
  const decoder = new TextDecoder()
  let rest = ''
  let characters = 0
  for await (const piece of child.stdout) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\0')
    rest = lines.pop()!
    for (const line of lines) entries.push(entryOf(line))
    characters += piece.length
    if (entries.length <= most.entries && characters <= most.characters) continue
    child.kill('SIGKILL')
    throw tooManyFiles()
  }
  if ((await child.exited) !== 0) {
    options.signal?.throwIfAborted()
    throw new Error('git could not list the tree of the commit')
  }
  return entries
}

const tooManyFiles = () =>
  new AppError('too_large', 'The commit holds more files than a server can list', {
    code: 'repository_too_large',
  })

const kinds: Record<string, TreeEntry['kind']> = { '120000': 'symlink', '160000': 'submodule' }

function entryOf(line: string): TreeEntry {
  const tab = line.indexOf('\t')
  const [mode, , hash] = line.slice(0, tab).split(' ')
  return { path: line.slice(tab + 1), kind: kinds[mode!] ?? 'file', hash: hash!, bytes: null }
}

/** Sizes of the objects among `wanted` that the repository has; what a filter left out is absent. Nothing is fetched for the answer. */
export async function sizesOf(
  git: Git,
  wanted: ReadonlySet<string>,
  options: RunOptions,
): Promise<Map<string, number>> {
  const child = git.open(
    ['cat-file', '--batch-all-objects', '--unordered', '--batch-check=%(objectname) %(objectsize)'],
    options,
  )
  child.stdin.end()
  const sizes = new Map<string, number>()
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of child.stdout) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      const blank = line.indexOf(' ')
      const hash = line.slice(0, blank)
      if (wanted.has(hash)) sizes.set(hash, Number(line.slice(blank + 1)))
    }
  }
  await child.exited
  options.signal?.throwIfAborted()
  return sizes
}
