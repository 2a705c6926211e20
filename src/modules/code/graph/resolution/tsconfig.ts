import { parse } from 'jsonc-parser'
import { below, folderOf, foldersUp, join, type Project } from './project'
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

/** Resolves what a tsconfig maps: `paths` with wildcards, then `baseUrl`. */
export type Mapper = (from: string, specifier: string) => string | undefined

/**
 * Follows the `paths` of the tsconfig and jsconfig files around the importing file, nearest folder first, `tsconfig.json` before
 * `tsconfig.*.json`; with comments, `extends` (files, lists, packages of the workspace) and project references.
 */
export function createMapper(project: Project, packageFolder: (name: string) => string | undefined): Mapper {
  const configs = configsByFolder(project)
  const read = new Map<string, Mapping>()
  const mappingOf = (path: string) => {
    let mapping = read.get(path)
    if (!mapping) {
      mapping = readConfig(project, packageFolder, path, new Set())
      read.set(path, mapping)
    }
    return mapping
  }
  return (from, specifier) => {
    for (const folder of foldersUp(folderOf(from))) {
      for (const path of configs.get(folder) ?? []) {
        const found = mapped(project, mappingOf(path), specifier)
        if (found) return found
      }
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
    configs.set(folder, [...(configs.get(folder) ?? []), path])
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
  const text = seen.has(path) ? undefined : project.text(path)
  seen.add(path)
  const written: Written = (text && parse(text, [], { allowTrailingComma: true })) || {}
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

function mapped(project: Project, { base, paths }: Mapping, specifier: string): string | undefined {
  const fitting = paths
    .flatMap((entry) => {
      const star = entry.pattern.indexOf('*')
      if (star < 0)
        return entry.pattern === specifier ? [{ ...entry, rest: '', rank: Number.POSITIVE_INFINITY }] : []
      const [head, tail] = [entry.pattern.slice(0, star), entry.pattern.slice(star + 1)]
      const fits =
        specifier.length >= head.length + tail.length &&
        specifier.startsWith(head) &&
        specifier.endsWith(tail)
      const rest = specifier.slice(head.length, specifier.length - tail.length)
      return fits ? [{ ...entry, rest, rank: head.length }] : []
    })
    .sort((a, b) => b.rank - a.rank)
  for (const { targets, rest, base: from } of fitting) {
    for (const target of targets) {
      const path = join(
        from,
        target.replace('*', () => rest),
      )
      const file = path === undefined ? undefined : moduleFile(project, path)
      if (file) return file
    }
  }
  const path = base === undefined ? undefined : join(base, specifier)
  return path === undefined ? undefined : moduleFile(project, path)
}
