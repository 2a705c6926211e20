import { below, folderOf, foldersUp, join, nameOf, type Project } from './project'
import { builtFile, moduleFile } from './script-files'

interface Manifest {
  name?: string
  exports?: unknown
  imports?: unknown
  types?: string
  typings?: string
  module?: string
  main?: string
  source?: string
}

/** The packages of a repository by name, and what they offer. */
export interface Workspace {
  folder(name: string): string | undefined
  /** The file that `name` or `name/sub/path` means. */
  resolve(name: string, subpath: string): string | undefined
  /** The file that `#name` means in a file's own package. */
  internal(from: string, specifier: string): string | undefined
}

export function createWorkspace(project: Project): Workspace {
  const manifests = new Map<string, Manifest>()
  const folders = new Map<string, string>()
  for (const path of project.manifests()) {
    const manifest = nameOf(path) === 'package.json' ? read(project.text(path)) : undefined
    if (!manifest) continue
    manifests.set(folderOf(path), manifest)
    if (typeof manifest.name === 'string' && !folders.has(manifest.name))
      folders.set(manifest.name, folderOf(path))
  }
  return {
    folder: (name) => folders.get(name),
    resolve(name, subpath) {
      const folder = folders.get(name)
      return folder === undefined ? undefined : offered(project, folder, manifests.get(folder)!, subpath)
    },
    internal(from, specifier) {
      for (const folder of foldersUp(folderOf(from))) {
        const { imports } = manifests.get(folder) ?? {}
        if (imports && typeof imports === 'object') return entry(project, folder, imports, specifier)
      }
      return undefined
    },
  }
}

function read(text: string | undefined): Manifest | undefined {
  try {
    const manifest = JSON.parse(text ?? '')
    return manifest && typeof manifest === 'object' ? manifest : undefined
  } catch {
    return undefined
  }
}

function offered(project: Project, folder: string, manifest: Manifest, subpath: string): string | undefined {
  const { exports } = manifest
  const key = subpath === '' ? '.' : `./${subpath}`
  if (exports !== undefined && exports !== null) {
    const map = typeof exports === 'object' && !isConditions(exports) ? exports : { '.': exports }
    const found = entry(project, folder, map, key)
    if (found) return found
  }
  if (subpath !== '')
    return moduleFile(project, below(folder, subpath)) ?? moduleFile(project, below(folder, `src/${subpath}`))
  for (const field of ['source', 'types', 'typings', 'module', 'main'] as const) {
    const target = manifest[field]
    const path = typeof target === 'string' ? join(folder, target) : undefined
    const file = path === undefined ? undefined : builtFile(project, folder, path)
    if (file) return file
  }
  return moduleFile(project, below(folder, 'index')) ?? moduleFile(project, below(folder, 'src/index'))
}

const isConditions = (value: object) =>
  Array.isArray(value) || !Object.keys(value).some((key) => key.startsWith('.'))

/** An entry of `exports` or `imports`, exact or by its `*`. */
function entry(project: Project, folder: string, map: object, key: string): string | undefined {
  const entries = Object.entries(map)
  const exact = entries.find(([name]) => name === key)
  const patterns = entries
    .filter(([name]) => name.includes('*') && fitsPattern(name, key))
    .sort(([a], [b]) => b.indexOf('*') - a.indexOf('*'))
  for (const [name, value] of exact ? [exact, ...patterns] : patterns) {
    const star = name.indexOf('*')
    const rest = star < 0 ? '' : key.slice(star, key.length - (name.length - star - 1))
    for (const target of targetsOf(value)) {
      const path = join(
        folder,
        target.replaceAll('*', () => rest),
      )
      const file = path === undefined ? undefined : builtFile(project, folder, path)
      if (file) return file
    }
  }
  return undefined
}

function fitsPattern(pattern: string, key: string): boolean {
  const star = pattern.indexOf('*')
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)]
  return key.length >= head.length + tail.length && key.startsWith(head) && key.endsWith(tail)
}

/** Every target below the conditions: sources first, because built files are rarely kept. */
function targetsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('./') ? [value] : []
  if (Array.isArray(value)) return value.flatMap(targetsOf)
  if (!value || typeof value !== 'object') return []
  const rank = (condition: string) =>
    ['source', 'development', 'bun', 'types', 'import', 'module'].indexOf(condition) >>> 0
  return Object.entries(value)
    .sort(([a], [b]) => rank(a) - rank(b))
    .flatMap(([, target]) => targetsOf(target))
}
