import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { wholeHash } from '../git/remote'
import { statusOf } from '../git/working-tree'

/** Milliseconds for which what was read of a folder holds. */
const holdsMs = 1000
/** Bytes of the largest file that is read. */
const largest = 4 * 1024 * 1024
/** Names that lead to names, one behind another. */
const mostSteps = 5
const mostKept = 10_000

/** An index of a folder of this machine. */
interface LocalIndex {
  id: string
  location: string
  ref: string
  generation: number
}

const kept = new Map<string, { generation: number; at: number; commit: string | undefined }>()

/** The commit that an indexed folder, or its branch, is at by now; looked up once a second, and anew after each index. Undefined where it cannot be told. */
export function presentCommit({ id, location, ref, generation }: LocalIndex): string | undefined {
  const at = performance.now()
  const known = kept.get(id)
  if (known && known.generation === generation && at - known.at < holdsMs) return known.commit
  if (kept.size >= mostKept) kept.clear()
  const commit = readCommit(location, ref)
  kept.set(id, { generation, at, commit })
  return commit
}

/**
 * The commit of a repository's HEAD (`ref` empty) or branch, read from its files without git, as gitrepository-layout(5) lays them out.
 * Undefined for what git itself would have to be asked for: tags, hashes, other formats of refs, and what cannot be read.
 */
export function readCommit(folder: string, ref: string): string | undefined {
  const gitDir = gitDirOf(folder)
  if (gitDir === undefined) return undefined
  const common = textOf(join(gitDir, 'commondir'))
  const shared = common === undefined ? gitDir : resolve(gitDir, common.trim())
  if (ref === '') return commitOf(shared, textOf(join(gitDir, 'HEAD')), mostSteps)
  return readRef(shared, `refs/tags/${ref}`) === undefined ? readRef(shared, `refs/heads/${ref}`) : undefined
}

/** Of the repository that a folder is in. Worktrees and submodules have a file in place of `.git`, which names it. */
function gitDirOf(folder: string): string | undefined {
  const path = join(folder, '.git')
  if (statusOf(path)?.isDirectory()) return path
  const [, elsewhere] = /^gitdir: (.+)/.exec(textOf(path) ?? '') ?? []
  if (elsewhere !== undefined) return resolve(folder, elsewhere)
  const above = dirname(folder)
  return above === folder ? undefined : gitDirOf(above)
}

function readRef(shared: string, name: string, steps = mostSteps): string | undefined {
  const text = textOf(join(shared, name))
  return text === undefined ? packedCommit(shared, name) : commitOf(shared, text, steps)
}

function commitOf(shared: string, text = '', steps: number): string | undefined {
  const value = text.trim()
  if (wholeHash.test(value)) return value
  const [, name] = /^ref: (refs\/.+)$/.exec(value) ?? []
  if (name === undefined || steps === 0 || name.split('/').includes('..')) return undefined
  return readRef(shared, name, steps - 1)
}

function packedCommit(shared: string, name: string): string | undefined {
  const text = textOf(join(shared, 'packed-refs')) ?? ''
  const end = text.indexOf(` ${name}\n`)
  const hash = text.slice(text.lastIndexOf('\n', end) + 1, Math.max(0, end))
  return wholeHash.test(hash) ? hash : undefined
}

/** Of a plain file that is not too large: reading a pipe would never end. */
function textOf(path: string): string | undefined {
  const found = statusOf(path)
  if (!found?.isFile() || found.size > largest) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
