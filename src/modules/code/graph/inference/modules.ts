import { passing } from '../exported'
import type { Graph } from '../look'
import { below, folderOf } from '../resolution/project'

/** A module that a file has by importing all that another one has. */
export async function moduleFromElsewhere(
  graph: Graph,
  path: string,
  name: string,
): Promise<string | undefined> {
  if (!/\.pyi?$/.test(path)) return undefined
  for (const bound of passing(await graph.bound(path)).whole.slice(0, mostWhole)) {
    if (bound.path === null) continue
    const found = await moduleWithin(graph, bound.path, name)
    if (found !== undefined) return found
  }
  return undefined
}

/** Imports of everything that are looked through. */
const mostWhole = 50

const initial = /(^|\/)__init__\.pyi?$/

/** The module that is a member of one: of Python, one that it imports, or one of its package. */
export async function moduleWithin(graph: Graph, path: string, name: string): Promise<string | undefined> {
  if (!/\.pyi?$/.test(path)) return undefined
  for (const bound of passing(await graph.bound(path)).local.get(name) ?? [])
    if (bound.imported === '*' && bound.path !== null) return bound.root ?? bound.path
  if (!initial.test(path)) return undefined
  const inner = below(folderOf(path), name)
  for (const one of [`${inner}.py`, `${inner}/__init__.py`]) if (await graph.file(one)) return one
  // A package without a file of its own.
  return (await graph.inFolder(`${inner}/`)).length > 0 ? `${inner}/__init__.py` : undefined
}
