import { createPatterns, type Patterns } from './patterns'
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
    const map = mapOf(manifest, exports)
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

/** What it exports by subpath; the same object each time, because what is read from it is kept. */
function mapOf(manifest: Manifest, exports: unknown): object {
  if (typeof exports === 'object' && exports !== null && !isConditions(exports)) return exports
  const map = { '.': exports }
  manifest.exports = map
  return map
}

const isConditions = (value: object) =>
  Array.isArray(value) || !Object.keys(value).some((key) => key.startsWith('.'))

const maps = new WeakMap<object, Patterns<[string, unknown]>>()

/** An entry of `exports` or `imports`, exact or by its `*`. */
function entry(project: Project, folder: string, map: object, key: string): string | undefined {
  const patterns = maps.get(map) ?? createPatterns(Object.entries(map), ([name]) => name)
  maps.set(map, patterns)
  for (const { entry: found, rest } of patterns.fitting(key)) {
    for (const target of targetsOf(found[1]).slice(0, mostTargets)) {
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

const mostTargets = 20
const deepest = 10

/** Every target below the conditions: sources first, because built files are rarely kept. */
function targetsOf(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return value.startsWith('./') ? [value] : []
  if (!value || typeof value !== 'object' || depth > deepest) return []
  if (Array.isArray(value)) return value.slice(0, mostTargets).flatMap((one) => targetsOf(one, depth + 1))
  const rank = (condition: string) =>
    ['source', 'development', 'bun', 'types', 'import', 'module'].indexOf(condition) >>> 0
  return Object.entries(value)
    .sort(([a], [b]) => rank(a) - rank(b))
    .slice(0, mostTargets)
    .flatMap(([, target]) => targetsOf(target, depth + 1))
}
