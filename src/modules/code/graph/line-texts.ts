import type { Graph } from './look'
import { readTextsAt } from './project-files'

/** The lines at these places, trimmed and cut; files are read once. */
export async function lineTexts(
  graph: Graph,
  places: readonly { path: string; line: number }[],
): Promise<string[]> {
  const paths = [...new Set(places.map(({ path }) => path))]
  const files = (await Promise.all(paths.map((path) => graph.file(path)))).flatMap((file) => file ?? [])
  const texts = await readTextsAt(graph.db, graph.view.owner, files)
  const lines = new Map([...texts].map(([path, text]) => [path, text.split('\n')]))
  return places.map(({ path, line }) => {
    const text = lines.get(path)?.[line - 1]?.trim() ?? ''
    return text.length > 160 ? `${text.slice(0, 159)}…` : text
  })
}
