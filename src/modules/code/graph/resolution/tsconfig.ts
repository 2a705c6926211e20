import { createPatterns, type Patterns } from './patterns'
import { below, folderOf, foldersUp, join, type Project } from './project'
import { readJsonc } from './read-jsonc'
import { moduleFile } from './script-files'

interface Written {
  extends?: string | string[]
  compilerOptions?: { baseUrl?: string; paths?: Record<string, string[]> }
  references?: { path?: string }[]
}

/** The paths of a tsconfig, after `extends`; targets are below `base`. */
interface Mapping {
  base: string | undefined
  paths: { pattern: string; targets: string[]; base: string }[]
}

/** A mapping that is looked up many times. */
interface Ready {
  base: string | undefined
  patterns: Patterns<Mapping['paths'][number]>
}

/** Configurations that one is put together of, and those around one file: more is not what somebody wrote. */
const mostParts = 50
const mostConfigs = 16
const mostTargets = 20

/** Resolves what a tsconfig maps: `paths` with wildcards, then `baseUrl`. */
export type Mapper = (from: string, specifier: string) => string | undefined

/**
 * Follows the `paths` of the tsconfig and jsconfig files around the importing file, nearest folder first, `tsconfig.json` before
 * `tsconfig.*.json`; with comments, `extends` (files, lists, packages of the workspace) and project references.
 */
export function createMapper(project: Project, packageFolder: (name: string) => string | undefined): Mapper {
  const configs = configsByFolder(project)
  const read = new Map<string, Ready>()
  const around = new Map<string, Ready[]>()
  const readyOf = (path: string) => {
    let ready = read.get(path)
    if (!ready) {
      const { base, paths } = readConfig(project, packageFolder, path, new Set())
      ready = { base, patterns: createPatterns(paths, ({ pattern }) => pattern) }
      read.set(path, ready)
    }
    return ready
  }
  const mappingsOf = (folder: string) => {
    let found = around.get(folder)
    if (!found) {
      const paths = [...foldersUp(folder)].flatMap((up) => configs.get(up) ?? [])
      found = paths.slice(0, mostConfigs).map(readyOf)
      around.set(folder, found)
    }
    return found
  }
  return (from, specifier) => {
    for (const ready of mappingsOf(folderOf(from))) {
      const found = mapped(project, ready, specifier)
      if (found) return found
    }
    return undefined
  }
}

function configsByFolder(project: Project): Map<string, string[]> {
  const configs = new Map<string, string[]>()
  const isConfig = /(^|\/)[tj]sconfig[^/]*\.json$/
  for (const path of project.manifests()) {
    if (!isConfig.test(path)) continue
    const folder = folderOf(path)
    const known = configs.get(folder)
    if (known) known.push(path)
    else configs.set(folder, [path])
  }
  for (const paths of configs.values()) paths.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  return configs
}

function readConfig(
  project: Project,
  packageFolder: (name: string) => string | undefined,
  path: string,
  seen: Set<string>,
): Mapping {
  const text = seen.has(path) || seen.size >= mostParts ? undefined : project.text(path)
  seen.add(path)
  const written: Written = (text && readJsonc(text)) || {}
  const folder = folderOf(path)
  const { baseUrl, paths } = written.compilerOptions ?? {}
  const base = typeof baseUrl === 'string' ? join(folder, baseUrl) : undefined
  const inherited = [written.extends ?? []]
    .flat()
    .flatMap((other) =>
      typeof other === 'string' ? (extended(project, packageFolder, folder, other) ?? []) : [],
    )
    .map((other) => readConfig(project, packageFolder, other, seen))
  const referenced = (Array.isArray(written.references) ? written.references : [])
    .flatMap(({ path: other }) =>
      typeof other === 'string' ? (referencedConfig(project, folder, other) ?? []) : [],
    )
    .map((other) => readConfig(project, packageFolder, other, seen))
  const own =
    paths && typeof paths === 'object' ? ownPaths(paths, base ?? inherited.at(-1)?.base ?? folder) : undefined
  return {
    base: base ?? inherited.findLast((mapping) => mapping.base !== undefined)?.base,
    paths: [
      ...(own ?? inherited.flatMap((mapping) => mapping.paths)),
      ...referenced.flatMap((mapping) => mapping.paths),
    ],
  }
}

const ownPaths = (paths: Record<string, string[]>, base: string): Mapping['paths'] =>
  Object.entries(paths).map(([pattern, targets]) => ({
    pattern,
    targets: (Array.isArray(targets) ? targets : []).filter((target) => typeof target === 'string'),
    base,
  }))

function extended(
  project: Project,
  packageFolder: (name: string) => string | undefined,
  folder: string,
  specifier: string,
): string | undefined {
  const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)\/?(.*)$/.exec(specifier) ?? []
  const target = specifier.startsWith('.')
    ? join(folder, specifier)
    : name && packageFolder(name) !== undefined
      ? below(packageFolder(name)!, rest || 'tsconfig.json')
      : undefined
  if (target === undefined) return undefined
  return [target, `${target}.json`, `${target}/tsconfig.json`].find(project.has)
}

function referencedConfig(project: Project, folder: string, specifier: string): string | undefined {
  const target = join(folder, specifier)
  // A reference to a folder has its own files, which find their own tsconfig there.
  return target?.endsWith('.json') && project.has(target) ? target : undefined
}

function mapped(project: Project, { base, patterns }: Ready, specifier: string): string | undefined {
  for (const { entry, rest } of patterns.fitting(specifier)) {
    for (const target of entry.targets.slice(0, mostTargets)) {
      const path = join(
        entry.base,
        target.replace('*', () => rest),
      )
      const file = path === undefined ? undefined : moduleFile(project, path)
      if (file) return file
    }
  }
  const path = base === undefined ? undefined : join(base, specifier)
  return path === undefined ? undefined : moduleFile(project, path)
}
