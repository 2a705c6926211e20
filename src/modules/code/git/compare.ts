import type { Git, RunOptions } from './git'

/** What two commits differ in: as `git diff` writes it, or, where that is too much or texts are not there, as paths alone. */
export type Comparison = { diff: string } | { paths: ChangedPath[] }

/** A path that differs between two commits. */
export interface ChangedPath {
  path: string
  previous: string | undefined
  status: 'added' | 'modified' | 'deleted' | 'renamed'
}

const largestDiff = 4 * 1024 * 1024
const shape = ['-r', '--no-color', '--no-ext-diff', '--no-textconv', '--ignore-submodules=all']

/** Compares two commits that the repository has. Both are whole hashes. */
export async function compareCommits(
  git: Git,
  base: string,
  head: string,
  place: RunOptions,
): Promise<Comparison> {
  const patch = ['-p', '-U1', '-M', '--src-prefix=a/', '--dst-prefix=b/']
  const diff = await readAtMost(git, ['diff-tree', ...shape, ...patch, base, head], place)
  if (diff !== undefined) return { diff }
  // Only renames whose text is the same are found so: finding others reads texts.
  const ran = await git.run(['diff-tree', ...shape, '--name-status', '-z', '-M100%', base, head], place)
  if (ran.code !== 0) throw new Error('git could not compare two commits')
  return { paths: pathsOf(ran.output.split('\0')) }
}

/** What git writes; undefined when that is more than 4 MiB, or git fails: what a filter left out of the clone cannot be compared. */
async function readAtMost(git: Git, args: string[], place: RunOptions): Promise<string | undefined> {
  const child = git.open(args, place)
  child.stdin.end()
  const pieces: Uint8Array[] = []
  let size = 0
  try {
    for await (const piece of child.stdout) {
      size += piece.length
      if (size > largestDiff) return undefined
      pieces.push(piece)
    }
    const code = await child.exited
    place.signal?.throwIfAborted()
    return code === 0 ? Buffer.concat(pieces).toString() : undefined
  } finally {
    child.kill('SIGKILL')
  }
}

const statuses: Record<string, ChangedPath['status']> = { A: 'added', D: 'deleted', R: 'renamed' }

function pathsOf(fields: string[]): ChangedPath[] {
  const found: ChangedPath[] = []
  for (let at = 0; fields[at]; ) {
    const status = statuses[fields[at]![0]!] ?? 'modified'
    const renamed = status === 'renamed'
    const path = fields[at + (renamed ? 2 : 1)]!
    found.push({ path, previous: renamed ? fields[at + 1]! : undefined, status })
    at += renamed ? 3 : 2
  }
  return found
}
