import { boundOf } from '../../../src/modules/code/graph/bound'
import { definitionsOf, keep } from '../../../src/modules/code/graph/keep'
import type { Edge, Graph } from '../../../src/modules/code/graph/look'
import type { GraphFile } from '../../../src/modules/code/graph/project-files'
import { rowsOf } from '../../../src/modules/code/graph/reference-rows'
import { createProject, folderOf, isManifest } from '../../../src/modules/code/graph/resolution/project'
import { createResolver } from '../../../src/modules/code/graph/resolution/resolver'
import { extract } from '../../../src/modules/code/parsing/extract'
import { type FileFacts, noFacts } from '../../../src/modules/code/parsing/facts'
import { languageOfPath } from '../../../src/modules/code/pipeline/language'

/** A graph over texts in memory: what is stored in tables otherwise, by the same functions. */
export async function memoryGraph(texts: ReadonlyMap<string, string>): Promise<Graph> {
  const files = [...texts.keys()].map(
    (path, blob): GraphFile => ({
      file: blob,
      path,
      blob,
      language: languageOfPath(path) ?? 'text',
      test: false,
      addedIn: 1,
    }),
  )
  const facts = new Map<string, FileFacts>()
  for (const { path, language } of files) facts.set(path, await extract(language, texts.get(path)!))
  const manifests = new Map([...texts].filter(([path]) => isManifest(path)))
  const resolve = createResolver(createProject(texts.keys(), manifests))
  const edges: Edge[] = []
  for (const file of files)
    for (const row of await rowsOf(file, facts.get(file.path)!.imports, resolve))
      edges.push({
        ...row,
        from: file.path,
        test: false,
        path: row.target_path,
        package: row.target_package,
      })
  const byFrom = Map.groupBy(edges, ({ from }) => from)
  const byTarget = Map.groupBy(edges, ({ path }) => path)
  const byPath = new Map(files.map((file) => [file.path, file]))
  const kept = keep()
  const bound = (path: string) =>
    kept.bound(path, () => boundOf(facts.get(path) ?? noFacts, byFrom.get(path) ?? []))
  return {
    db: undefined as never,
    breathe: () => undefined,
    view: { owner: '', repositoryId: '', generation: 1 },
    file: async (path) => byPath.get(path),
    files: async () => files,
    facts: async (path) => facts.get(path) ?? noFacts,
    load: async () => {},
    loadBound: async () => {},
    bound: async (path) => bound(path),
    async binding(path, index) {
      bound(path)
      return kept.binding(path, index)
    },
    named: async (path, name) =>
      kept.named(path, () => definitionsOf(byPath.get(path)!, facts.get(path)!.symbols), name),
    defining: async (name) =>
      [...facts].flatMap(([path, { symbols }]) => (symbols.some((one) => one.name === name) ? [path] : [])),
    uses: async (path) => kept.uses(path, () => (facts.get(path) ?? noFacts).references),
    mentioning: async (word, paths) => paths.filter((path) => texts.get(path)?.includes(word)),
    importsInto: async (paths) => paths.flatMap((path) => byTarget.get(path) ?? []),
    importsOf: async (paths) => paths.flatMap((path) => byFrom.get(path) ?? []),
    inFolder: async (folder, language) =>
      files.filter(
        (file) => `${folderOf(file.path)}/` === folder && (!language || file.language === language),
      ),
  }
}
