import type { FileFacts } from '../../parsing/facts'
import { exportsBy } from '../exports-by'
import type { Bound, Graph } from '../look'
import { folderOf } from '../resolution/project'

export const scripts: ReadonlySet<string> = new Set(['typescript', 'tsx', 'javascript', 'vue'])

/** Languages in which the files of a folder see each other's names. */
export const foldered: ReadonlySet<string> = new Set(['go', 'java', 'kotlin'])

/** A binding that is the definition itself, or of which it is a member under one of these names. */
export interface Held {
  bound: Bound
  members: ReadonlySet<string> | undefined
}

/** A file that has a definition under some of its names: its own, or by an import. */
export interface Holder {
  path: string
  language: string
  /** The bindings that bring it in. */
  held: Held[]
  /** Imports of everything that a module has, under which the name is bare. */
  bare: boolean
}

export interface Surfaces {
  /** Importing files with their bindings. */
  holders: Holder[]
  /** Re-exports that pass the name on, for the list of usages. */
  passed: { path: string; line: number; column: number; name: string }[]
}

const mostSurfaces = 2000
const keyOf = ({ path, name, members }: Surface) => [path, name, ...(members ?? [])].join('\0')

/**
 * Follows a name from where it is defined through re-exports, barrels and renamings to every file that imports it. `names` are those
 * under which its own file gives it to others.
 */
export async function followName(graph: Graph, path: string, names: readonly string[]): Promise<Surfaces> {
  const found: Surfaces = { holders: [], passed: [] }
  const seen = new Set<string>()
  let wave: Surface[] = names.map((name) => ({ path, name }))
  while (wave.length > 0 && seen.size < mostSurfaces) {
    const fresh = wave.filter((surface) => !seen.has(keyOf(surface)))
    for (const surface of fresh) seen.add(keyOf(surface))
    wave = await importersOf(graph, fresh, found)
  }
  return found
}

/** A name of a module that is the definition, or a namespace with these names of it. */
interface Surface {
  path: string
  name: string
  members?: ReadonlySet<string>
}

async function importersOf(graph: Graph, surfaces: readonly Surface[], found: Surfaces): Promise<Surface[]> {
  const byTarget = new Map<string, Names>()
  for (const { path, name, members } of surfaces) {
    for (const target of await targetsOf(graph, path)) {
      byTarget.set(target, (byTarget.get(target) ?? new Map()).set(name, members))
    }
  }
  const edges = await graph.importsInto([...byTarget.keys()])
  const importers = [...new Set(edges.map(({ from }) => from))]
  await graph.loadBound(importers)
  const next: Surface[] = []
  for (const importer of importers) {
    const language = (await graph.file(importer))?.language ?? ''
    const facts = await graph.facts(importer)
    for (const bound of await graph.bound(importer)) {
      const names = bound.path === null ? undefined : byTarget.get(bound.path)
      if (names) next.push(...takeIn({ path: importer, language, facts, bound, names, found }))
    }
  }
  return next
}

/** What imports of a file lead to: the file, and for languages whose packages are folders the folder. */
export async function targetsOf(graph: Graph, path: string): Promise<string[]> {
  const language = (await graph.file(path))?.language ?? ''
  return foldered.has(language) ? [path, `${folderOf(path)}/`] : [path]
}

/** Names of a module, each with the members of it that are meant, or undefined for itself. */
type Names = Map<string, ReadonlySet<string> | undefined>

interface Taking {
  path: string
  language: string
  facts: FileFacts
  bound: Bound
  names: Names
  found: Surfaces
}

/** What one binding does with the names: uses them, passes them on, or both. Returns the surfaces that it makes. */
function takeIn(taking: Taking): Surface[] {
  const { path, language, bound, names, found } = taking
  const { kind, imported } = bound
  if (kind === 'export_all') {
    if (!scripts.has(language)) found.holders.push({ path, language, held: [], bare: true })
    return [...names]
      .filter(([name]) => name !== 'default')
      .map(([name, members]) => ({ path, name, members }))
  }
  if (imported === '*') {
    const whole = takeWhole(taking, new Set([...names].flatMap(([name, members]) => (members ? [] : [name]))))
    return kind === 'require' && names.has('=') ? [...whole, ...takeOne(taking, names.get('='))] : whole
  }
  if (!names.has(imported)) return []
  const members = names.get(imported)
  if (kind === 're_export') {
    if (!members) found.passed.push({ path, line: bound.line, column: bound.column, name: imported })
    if (language === 'rust') found.holders.push({ path, language, held: [{ bound, members }], bare: false })
    return [{ path, name: bound.local, members }]
  }
  return takeOne(taking, members)
}

function takeOne(taking: Taking, members: ReadonlySet<string> | undefined): Surface[] {
  const { path, language, bound, found } = taking
  found.holders.push({ path, language, held: [{ bound, members }], bare: false })
  return passedOn(taking, members)
}

/** `import * as ns`, `export * as ns`. */
function takeWhole(taking: Taking, members: ReadonlySet<string>): Surface[] {
  const { path, language, bound, found } = taking
  if (members.size === 0) return []
  if (bound.kind === 're_export') return [{ path, name: bound.local, members }]
  found.holders.push({ path, language, held: [{ bound, members }], bare: false })
  return scripts.has(language) ? passedOn(taking, members) : []
}

/** Names under which a file gives others what it has imported. */
function passedOn(
  { path, language, bound, facts }: Taking,
  members: ReadonlySet<string> | undefined,
): Surface[] {
  if (!scripts.has(language)) return language === 'python' ? [{ path, name: bound.local, members }] : []
  const given = exportsBy(facts).local.get(bound.local) ?? []
  return given.map(({ name }) => ({ path, name, members }))
}
