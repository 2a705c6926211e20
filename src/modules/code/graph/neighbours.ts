import type { Graph } from './look'
import { folderOf } from './resolution/project'
import { foldered } from './usages/surfaces'

/** Files of a folder that are read; a package of more is cut. */
const mostFiles = 1000
/** Of one name, files that define it. */
const mostAlike = 20

type Links = ReadonlyMap<string, ReadonlySet<string>>

const read = new WeakMap<Graph, Map<string, Promise<Links>>>()

/** Of a file of Go or Java the files of its package whose names it uses, or that use its; these need no import. */
export async function neighboursOf(
  graph: Graph,
  path: string,
  direction: 'dependents' | 'dependencies',
): Promise<readonly string[]> {
  const language = (await graph.file(path))?.language ?? ''
  if (!foldered.has(language)) return []
  const folder = `${folderOf(path)}/`
  const known = read.get(graph) ?? new Map<string, Promise<Links>>()
  read.set(graph, known)
  const links = known.get(`${language} ${folder}`) ?? linksIn(graph, folder, language)
  known.set(`${language} ${folder}`, links)
  if (direction === 'dependencies') return [...((await links).get(path) ?? [])].sort()
  return [...(await links)].flatMap(([from, used]) => (used.has(path) ? [from] : [])).sort()
}

/** Of each file in a folder those of the same package that define names which it does not know otherwise. */
async function linksIn(graph: Graph, folder: string, language: string): Promise<Links> {
  const paths = (await graph.inFolder(folder, language)).map(({ path }) => path).slice(0, mostFiles)
  await graph.load(paths)
  const defining = new Map<string, string[]>()
  for (const path of paths) {
    const facts = await graph.facts(path)
    for (const { name, container } of facts.symbols) {
      if (container !== undefined) continue
      const key = `${facts.package} ${name}`
      const known = defining.get(key)
      if (!known) defining.set(key, [path])
      else if (known.length < mostAlike) known.push(path)
    }
  }
  const links = new Map<string, Set<string>>()
  for (const path of paths) {
    const facts = await graph.facts(path)
    const free = new Set(facts.references.flatMap(({ name, target }) => (target.to === 'free' ? [name] : [])))
    const used = new Set([...free].flatMap((name) => defining.get(`${facts.package} ${name}`) ?? []))
    used.delete(path)
    links.set(path, used)
  }
  return links
}
