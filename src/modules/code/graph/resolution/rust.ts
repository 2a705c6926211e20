import {
  below,
  folderOf,
  foldersUp,
  join,
  nameOf,
  type Project,
  type Resolution,
  type Wanted,
} from './project'

interface Crate {
  name: string
  /** The folder of its modules, and the file that they hang on. */
  source: string
  root: string
}

/** Rust: `mod` finds the module's file; `use` walks crates and modules as far as there are files. */
export function rustResolver(project: Project): (wanted: Wanted) => Resolution {
  const crates = project.named('Cargo.toml').flatMap((path) => crateOf(project, path) ?? [])
  const byName = new Map(crates.toReversed().map((crate) => [crate.name, crate]))
  const bySource = new Map(crates.toReversed().map((crate) => [crate.source, crate]))
  return ({ from, kind, specifier, imported }) => {
    const own = modulePath(from)
    if (kind === 'mod') {
      const path = join(own, specifier)
      return path === undefined ? {} : toPath(fileOf(project, path))
    }
    const names = [...specifier.split('::'), ...(imported && imported !== '*' ? [imported] : [])].filter(
      Boolean,
    )
    const [first = ''] = names
    const crate = byName.get(first)
    if (first === 'crate') return inCrate(project, crateAround(bySource, from), names.slice(1))
    if (crate) return inCrate(project, crate, names.slice(1))
    if (first === 'self' || first === 'super') return relative(project, own, names)
    const nested = walk(project, own, names)
    return nested ? { path: nested } : { package: first }
  }
}

const toPath = (path: string | undefined): Resolution => (path ? { path } : {})

/** The `name` in the table `[package]`. */
function packageName(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  const from = lines.findIndex((line) => line.startsWith('[package]')) + 1
  const end = lines.findIndex((line, at) => at >= from && line.startsWith('['))
  const table = from === 0 ? [] : lines.slice(from, end < 0 ? undefined : end)
  return table.map((line) => /^name\s*=\s*"([^"]+)"/.exec(line)?.[1]).find((name) => name !== undefined)
}

function crateOf(project: Project, manifest: string): Crate | undefined {
  const text = project.text(manifest) ?? ''
  const folder = folderOf(manifest)
  const name = packageName(text)
  const root = ['src/lib.rs', 'src/main.rs'].map((path) => below(folder, path)).find(project.has)
  return name && root ? { name: name.replaceAll('-', '_'), source: folderOf(root), root } : undefined
}

/** The folder in which a file's own modules lie. */
function modulePath(path: string): string {
  const name = nameOf(path)
  return /^(mod|lib|main|build)\.rs$/.test(name) ? folderOf(path) : path.replace(/\.rs$/, '')
}

const fileOf = (project: Project, path: string): string | undefined =>
  [`${path}.rs`, `${path}/mod.rs`].find(project.has)

function crateAround(bySource: ReadonlyMap<string, Crate>, from: string): Crate | undefined {
  for (const folder of foldersUp(folderOf(from))) {
    const crate = bySource.get(folder)
    if (crate) return crate
  }
  return undefined
}

/** The file of the innermost module that the names lead to. */
function walk(project: Project, folder: string, names: readonly string[]): string | undefined {
  let found: string | undefined
  let at = folder
  for (const name of names) {
    at = below(at, name)
    const file = fileOf(project, at)
    if (!file) break
    found = file
  }
  return found
}

function inCrate(project: Project, crate: Crate | undefined, names: readonly string[]): Resolution {
  return crate ? { path: walk(project, crate.source, names) ?? crate.root } : {}
}

function relative(project: Project, own: string, names: readonly string[]): Resolution {
  let at: string | undefined = own
  let index = 0
  for (; names[index] === 'super' || names[index] === 'self'; index++) {
    if (names[index] === 'super') at = at === undefined ? undefined : join(at, '..')
  }
  if (at === undefined) return {}
  const inner = walk(project, at, names.slice(index)) ?? fileOf(project, at)
  return toPath(inner ?? ['lib.rs', 'main.rs'].map((name) => below(at, name)).find(project.has))
}
