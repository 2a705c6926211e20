import { below, folderOf, foldersUp, join, type Project, type Resolution, type Wanted } from './project'

/** Python: modules and packages from the folders that can stand on the path, relative imports by their dots. */
export function pythonResolver(project: Project): (wanted: Wanted) => Resolution {
  const rootsWith = createRoots(project)
  return ({ from, specifier, imported }) => {
    const dots = /^\.*/.exec(specifier)![0].length
    const names = specifier.slice(dots).split('.').filter(Boolean)
    if (dots > 0) {
      const folder = join(folderOf(from), '../'.repeat(dots - 1))
      return folder === undefined ? {} : toPath(moduleOf(project, folder, names, imported))
    }
    for (const root of rootsOf(project, from)) {
      const path = moduleOf(project, root, names, imported)
      if (path) return { path }
    }
    for (const root of names[0] ? rootsWith(names[0]) : []) {
      const path = moduleOf(project, root, names, imported)
      if (path) return { path }
    }
    return names[0] ? { package: names[0] } : {}
  }
}

const toPath = (path: string | undefined): Resolution => (path ? { path } : {})

/** Projects of the repository that are looked at. */
const mostProjects = 200

/** Folders of all projects of the repository, and their `src`, `lib` and `python`, that hold a package of this name. */
function createRoots(project: Project): (name: string) => readonly string[] {
  const manifests = ['pyproject.toml', 'setup.py', 'setup.cfg'].flatMap((name) => project.named(name))
  const folders = [...new Set(manifests.map(folderOf))].slice(0, mostProjects)
  const roots = folders.flatMap((folder) => [folder, ...sources.map((source) => below(folder, source))])
  const known = new Map<string, readonly string[]>()
  return (name) => {
    const found = known.get(name) ?? roots.filter((root) => project.hasFolder(below(root, name)))
    known.set(name, found)
    return found
  }
}

const sources = ['src', 'lib', 'python']

/** Folders around a file that hold its top-level package: those outside of packages, and their `src` and `lib`. */
function* rootsOf(project: Project, from: string): Generator<string> {
  for (const folder of foldersUp(folderOf(from))) {
    if (project.has(below(folder, '__init__.py'))) continue
    yield folder
    for (const source of sources) {
      if (project.hasFolder(below(folder, source))) yield below(folder, source)
    }
  }
}

/** `from a.b import c` is the module a/b/c where there is one, else the module a/b. */
function moduleOf(
  project: Project,
  root: string,
  names: readonly string[],
  imported: string | undefined,
): string | undefined {
  const path = join(root, names.join('/'))
  if (path === undefined) return undefined
  if (imported && imported !== '*') {
    const inner = fileOf(project, below(path, imported))
    if (inner) return inner
  }
  if (names.length === 0) return [below(path, '__init__.py')].find(project.has)
  return fileOf(project, path)
}

const fileOf = (project: Project, path: string): string | undefined =>
  [`${path}.py`, `${path}/__init__.py`, `${path}.pyi`, `${path}/__init__.pyi`].find(project.has)
