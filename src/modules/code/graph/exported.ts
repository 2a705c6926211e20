import type { Graph } from './look'
import { scripts } from './usages/surfaces'
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
    ? facts.exports.filter((one) => one.name === name).map(({ local }) => local)
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
  for (const bound of await graph.bound(path)) {
    if (bound.path === null) continue
    const named = bound.kind === 're_export' ? bound.local === name : locals.includes(bound.local)
    const wanted = bound.kind === 'export_all' ? name : named ? bound.imported : undefined
    if (wanted === undefined || wanted === '*') continue
    const found = await exported(graph, bound.path, wanted, seen)
    if (found.length > 0) return found
  }
  return []
}

/** Definitions of this name at the top of the files of a folder, which ends in a slash. */
export async function inFolder(graph: Graph, folder: string, name: string): Promise<Definition[]> {
  const files = await graph.inFolder(folder)
  await graph.load(files.map(({ path }) => path))
  return (await Promise.all(files.map(({ path }) => topLevel(graph, path, name)))).flat()
}
