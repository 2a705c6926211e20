import type { Graph } from '../look'
import { folderOf } from '../resolution/project'
import { foldered } from './surfaces'

/** Files that one name can reach. */
const mostFiles = 3000

const read = new WeakMap<Graph, Map<string, Promise<readonly string[]>>>()

/** These files, and every file that imports one of them, however far. In Go and Java the files of a folder see each other without imports. */
export function dependentsOf(graph: Graph, starts: readonly string[]): Promise<readonly string[]> {
  const known = read.get(graph) ?? new Map<string, Promise<readonly string[]>>()
  read.set(graph, known)
  const key = starts.join('\0')
  const found = known.get(key) ?? walk(graph, starts)
  known.set(key, found)
  return found
}

async function walk(graph: Graph, starts: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>()
  const folders = new Set<string>()
  let wave = [...starts]
  while (wave.length > 0 && found.size < mostFiles) {
    for (const path of wave) found.add(path)
    const near = await neighbours(graph, wave, folders)
    const edges = await graph.importsInto([...wave, ...near.folders])
    wave = [...new Set([...edges.map(({ from }) => from), ...near.paths])].filter((path) => !found.has(path))
  }
  return [...found].slice(0, mostFiles)
}

async function neighbours(graph: Graph, wave: readonly string[], seen: Set<string>) {
  const found: { folders: string[]; paths: string[] } = { folders: [], paths: [] }
  for (const path of wave) {
    const language = (await graph.file(path))?.language ?? ''
    const folder = `${folderOf(path)}/`
    if (!foldered.has(language) || seen.has(folder)) continue
    seen.add(folder)
    found.folders.push(folder)
    found.paths.push(...(await graph.inFolder(folder, language)).map((one) => one.path))
  }
  return found
}
