/** The files of a repository as resolution sees them. */
export interface Project {
  /** Whether there is a file of this path. */
  has(path: string): boolean
  /** Whether there is a file below this folder. */
  hasFolder(path: string): boolean
  /** Paths of this file name. */
  named(fileName: string): readonly string[]
  /** Paths that end in this one, at most 200: `b/C.java` of `a/b/C.java`. */
  endingIn(path: string): readonly string[]
  /** Paths of the manifests whose texts are known. */
  manifests(): Iterable<string>
  /** The text of a manifest; undefined when it is none or not there. */
  text(path: string): string | undefined
}

/** What an import leads to. A path that ends in a slash is a package's folder. Neither: unresolved. */
export interface Resolution {
  path?: string
  package?: string
}

/** An import as it is written. `imported` is the name that is taken from it, where that can be a module itself. */
export interface Wanted {
  from: string
  language: string
  kind: string
  specifier: string
  imported?: string | undefined
}

const manifests =
  /(^|\/)(package\.json|[tj]sconfig[^/]*\.json|go\.mod|Cargo\.toml|pyproject\.toml|setup\.(py|cfg)|pnpm-workspace\.yaml|deno\.jsonc?)$/

/** Whether resolution reads the text of this file: another text may lead any import elsewhere. */
export const isManifest = (path: string): boolean => manifests.test(path)

/** A project of paths, with the texts of its manifests. */
export function createProject(paths: Iterable<string>, texts: ReadonlyMap<string, string>): Project {
  const files = new Set<string>()
  const folders = new Set<string>([''])
  const byName = new Map<string, string[]>()
  const byEnd = new Map<string, string[]>()
  for (const path of paths) {
    files.add(path)
    for (let at = folderOf(path); !folders.has(at); at = folderOf(at)) folders.add(at)
    const name = nameOf(path)
    const known = byName.get(name)
    if (known) known.push(path)
    else byName.set(name, [path])
    // The folder's name tells most files of one name apart.
    const end = lastTwo(path)
    const alike = byEnd.get(end)
    if (!alike) byEnd.set(end, [path])
    else if (alike.length < mostAlike) alike.push(path)
  }
  return {
    has: (path) => files.has(path),
    hasFolder: (path) => folders.has(path),
    named: (name) => byName.get(name) ?? [],
    endingIn: (end) =>
      (end.includes('/')
        ? (byEnd.get(lastTwo(end)) ?? [])
        : (byName.get(end) ?? []).slice(0, mostAlike)
      ).filter((path) => path === end || path.endsWith(`/${end}`)),
    manifests: () => texts.keys(),
    text: (path) => texts.get(path),
  }
}

const mostAlike = 200

const lastTwo = (path: string): string => path.slice(path.lastIndexOf('/', path.lastIndexOf('/') - 1) + 1)

/** The folder of a path, '' at the top. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Joins and normalizes; undefined when it leads out of the repository. */
export function join(folder: string, relative: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/')
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join('/')
}

/** A folder and those around it, innermost first. */
export function* foldersUp(folder: string): Generator<string> {
  for (let at = folder; ; at = folderOf(at)) {
    yield at
    if (at === '') return
  }
}

/** A path below a folder of the repository. */
export const below = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)
