import { and, asc, eq, inArray } from 'drizzle-orm'
import { createBreathe } from '../../../core/breathe'
import type { Reader } from '../../../core/storage'
import type { FileFacts } from '../parsing/facts'
import { noFacts } from '../parsing/facts'
import type { RepositoryRow } from '../repositories/repository'
import { indexedFiles, references } from '../tables'
import { type Bound, boundOf, type Edge } from './bound'
import { definitionsOf, keep, type Uses } from './keep'
import { mentioning } from './mentions'
import { pathsDefining } from './paths-defining'
import {
  type GraphFile,
  isShown,
  isShownThere,
  readFacts,
  readFiles,
  readFilesAt,
  type View,
} from './project-files'
import { folderOf } from './resolution/project'
import type { Definition } from './usages/usage'

export type { Bound, Edge } from './bound'

/** One repository as the graph's questions see it, within one read; what was looked up once is kept. */
export interface Graph {
  db: Reader
  view: View
  /** To be awaited in loops: others are served in between, and work that nobody waits for any more ends. */
  breathe(): Promise<void> | undefined
  file(path: string): Promise<GraphFile | undefined>
  files(): Promise<GraphFile[]>
  facts(path: string): Promise<FileFacts>
  /** Reads several files' facts at once. */
  load(paths: readonly string[]): Promise<void>
  bound(path: string): Promise<readonly Bound[]>
  /** The binding of a file by its index. */
  binding(path: string, index: number): Promise<Bound | undefined>
  /** The symbols of this name in a file. */
  named(path: string, name: string): Promise<readonly Definition[]>
  /** Files that define this name, at most 200. */
  defining(name: string): Promise<readonly string[]>
  /** The references of a file, by what they mean and by their name. */
  uses(path: string): Promise<Uses>
  /** Of these paths those whose text may have a word in it. */
  mentioning(word: string, paths: readonly string[]): Promise<string[]>
  /** Reads several files' facts and where their imports lead at once. */
  loadBound(paths: readonly string[]): Promise<void>
  /** Imports that lead to one of these paths; folders end in a slash. */
  importsInto(paths: readonly string[]): Promise<Edge[]>
  importsOf(paths: readonly string[]): Promise<Edge[]>
  /** Files directly in a folder, which ends in a slash. */
  inFolder(folder: string, language?: string): Promise<GraphFile[]>
}

export const viewOf = ({
  owner,
  id,
  generation,
}: Pick<RepositoryRow, 'owner' | 'id' | 'generation'>): View => ({
  owner,
  repositoryId: id,
  generation,
})

/** Files and their facts, each read once. */
function loader(db: Reader, view: View, breathe: Graph['breathe']) {
  const known = new Map<string, GraphFile | undefined>()
  const facts = new Map<string, FileFacts>()

  async function loadFiles(paths: readonly string[]): Promise<void> {
    const unknown = [...new Set(paths)].filter((path) => !known.has(path))
    for (const file of await readFilesAt(db, view, unknown)) known.set(file.path, file)
  }

  async function load(paths: readonly string[]): Promise<void> {
    const missing = [...new Set(paths)].filter((path) => !facts.has(path))
    await loadFiles(missing)
    const files = missing.flatMap((path) => known.get(path) ?? [])
    const found = await readFacts(
      db,
      view.owner,
      files.map(({ blob }) => blob),
      breathe,
    )
    for (const path of missing) {
      const file = known.get(path)
      facts.set(path, (file && found.get(file.blob)) ?? noFacts)
    }
  }

  return { known, facts, loadFiles, load }
}

export function lookAt(db: Reader, view: View, signal: AbortSignal): Graph {
  const breathe = createBreathe(signal)
  const { known, facts, loadFiles, load } = loader(db, view, breathe)
  const edges = new Map<string, Edge[]>()
  const kept = keep()
  let all: GraphFile[] | undefined
  let folders: Map<string, GraphFile[]> | undefined

  const graph: Graph = {
    db,
    view,
    breathe,
    async file(path) {
      if (!known.has(path)) {
        await breathe()
        const [file] = await readFilesAt(db, view, [path])
        known.set(path, file)
      }
      return known.get(path)
    },
    async files() {
      all ??= await readFiles(db, view)
      for (const file of all) known.set(file.path, file)
      return all
    },
    async facts(path) {
      await breathe()
      if (!facts.has(path)) await load([path])
      return facts.get(path)!
    },
    load,
    async bound(path) {
      await graph.loadBound([path])
      return kept.bound(path, () => boundOf(facts.get(path)!, edges.get(path) ?? []))
    },
    async binding(path, index) {
      await graph.bound(path)
      return kept.binding(path, index)
    },
    async named(path, name) {
      const [file, { symbols }] = [await graph.file(path), await graph.facts(path)]
      return kept.named(path, () => (file ? definitionsOf(file, symbols) : []), name)
    },
    async mentioning(word, paths) {
      await loadFiles(paths)
      const files = paths.flatMap((path) => known.get(path) ?? [])
      return mentioning(db, view.owner, word, files)
    },
    async loadBound(paths) {
      await load(paths)
      const missing = [...new Set(paths)].filter((path) => !edges.has(path))
      const found = Map.groupBy(await graph.importsOf(missing), ({ from }) => from)
      // Several may ask at once: what is kept is complete from the first moment.
      for (const path of missing) edges.set(path, found.get(path) ?? [])
    },
    importsInto: (paths) => readEdges(graph, 'target_path', paths),
    importsOf: (paths) => readEdges(graph, 'path', paths),
    async inFolder(folder, language) {
      folders ??= Map.groupBy(await graph.files(), ({ path }) => folderOf(path))
      const files = folders.get(folder.replace(/\/$/, '')) ?? []
      return files.filter((file) => !language || file.language === language)
    },
    defining: (name) => kept.defining(name, () => pathsDefining(db, view, name)),
    async uses(path) {
      const { references } = await graph.facts(path)
      return kept.uses(path, () => references)
    },
  }
  return graph
}

async function readEdges(
  { db, view, breathe }: Graph,
  by: 'target_path' | 'path',
  paths: readonly string[],
): Promise<Edge[]> {
  const [r, f] = [references.on(db.dialect), indexedFiles.on(db.dialect)]
  const column = by === 'path' ? f.path : r.target_path
  const shownFile = by === 'path' ? isShown(f, view) : isShownThere(f, view)
  const found: Edge[] = []
  for (let at = 0; at < paths.length; at += 400) {
    await breathe()
    const rows = await db
      .select({
        from: f.path,
        test: f.test,
        kind: r.kind,
        specifier: r.specifier,
        name: r.name,
        line: r.line,
        column: r.column,
        path: r.target_path,
        package: r.target_package,
      })
      .from(r)
      .innerJoin(f, and(eq(f.file, r.file), shownFile))
      .where(and(isShownThere(r, view), inArray(column, paths.slice(at, at + 400))))
      .orderBy(asc(f.path), asc(r.ordinal))
    found.push(...rows)
  }
  return found
}

/** Every import that leads to a file of the repository. */
export async function readAllEdges(db: Reader, view: View): Promise<{ from: string; to: string }[]> {
  const [r, f] = [references.on(db.dialect), indexedFiles.on(db.dialect)]
  const rows = await db
    .selectDistinct({ from: f.path, to: r.target_path })
    .from(r)
    .innerJoin(f, and(eq(f.file, r.file), isShown(f, view)))
    .where(isShown(r as unknown as typeof f, view))
  return rows.filter((row): row is { from: string; to: string } => row.to !== null)
}
