import type { Bound } from './bound'
import { exportsBy } from './exports-by'
import type { Graph } from './look'
import { folderOf } from './resolution/project'
import { foldered, scripts } from './usages/surfaces'
import type { Definition } from './usages/usage'

/** Modules that one name is looked for in. */
const mostModules = 500

/** What a module gives others under a name: its own definition, or another module's that it passes on. */
export async function exported(
  graph: Graph,
  path: string,
  name: string,
  seen: Set<string> = new Set(),
): Promise<Definition[]> {
  const key = `${path}\0${name}`
  if (seen.has(key) || seen.size > mostModules) return []
  seen.add(key)
  if (path.endsWith('/')) return inFolder(graph, path, name)
  const file = await graph.file(path)
  if (!file) return []
  const facts = await graph.facts(path)
  const locals = scripts.has(file.language)
    ? (exportsBy(facts).name.get(name) ?? []).map(({ local }) => local)
    : [name]
  const own = (await Promise.all(locals.map((local) => topLevel(graph, path, local)))).flat()
  if (own.length > 0) return own
  return passedOn(graph, path, name, locals, seen)
}

const topLevel = async (graph: Graph, path: string, name: string): Promise<Definition[]> =>
  (await graph.named(path, name)).filter(({ symbol }) => symbol.container === undefined)

async function passedOn(
  graph: Graph,
  path: string,
  name: string,
  locals: readonly string[],
  seen: Set<string>,
): Promise<Definition[]> {
  const { whole, re_export, local } = passing(await graph.bound(path))
  const named = [...(re_export.get(name) ?? []), ...locals.flatMap((one) => local.get(one) ?? [])]
  for (const bound of [...named, ...whole]) {
    if (seen.size > mostModules) return []
    const wanted = bound.kind === 'export_all' ? name : bound.imported
    if (bound.path === null || wanted === '*') continue
    const found = await exported(graph, bound.path, wanted, seen)
    if (found.length > 0) return found
  }
  return []
}

/** Bindings by which a module passes names on: all that another has, re-exports and imports by their names here. */
interface Passing {
  whole: readonly Bound[]
  re_export: ReadonlyMap<string, readonly Bound[]>
  local: ReadonlyMap<string, readonly Bound[]>
}

const read = new WeakMap<readonly Bound[], Passing>()

/** The bindings of a module by how they pass names on. */
export function passing(bounds: readonly Bound[]): Passing {
  let found = read.get(bounds)
  if (!found) {
    const is = (kind: string) => (bound: Bound) => bound.kind === kind
    found = {
      whole: bounds.filter(is('export_all')),
      re_export: Map.groupBy(bounds.filter(is('re_export')), ({ local }) => local),
      local: Map.groupBy(
        bounds.filter(({ kind }) => kind !== 're_export' && kind !== 'export_all'),
        ({ local }) => local,
      ),
    }
    read.set(bounds, found)
  }
  return found
}

/** Definitions of this name at the top of the files of a folder, which ends in a slash. */
export async function inFolder(graph: Graph, folder: string, name: string): Promise<Definition[]> {
  const files = await graph.inFolder(folder)
  await graph.load(files.map(({ path }) => path))
  return (await Promise.all(files.map(({ path }) => topLevel(graph, path, name)))).flat()
}

/** A name that its file does not know: of the same folder in Go and Java, or of a module that is imported as a whole. */
export async function fromElsewhere(graph: Graph, path: string, name: string): Promise<Definition[]> {
  const language = (await graph.file(path))?.language ?? ''
  if (scripts.has(language)) return []
  if (foldered.has(language)) {
    const near = await inFolder(graph, `${folderOf(path)}/`, name)
    if (near.length > 0) return near
  }
  for (const bound of passing(await graph.bound(path)).whole) {
    if (bound.path === null) continue
    const found = await exported(graph, bound.path, name)
    if (found.length > 0) return found
  }
  return []
}
