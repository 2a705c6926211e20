import type { Graph } from '../../src/modules/code/graph/look'
import type { Usage } from '../../src/modules/code/graph/usages/usage'
import { usagesOf } from '../../src/modules/code/graph/usages/usages-of'
import { memoryGraph } from '../../test/code/graph/memory-graph'

const endings: Record<string, string> = { go: 'go', java: 'java', python: 'py', rust: 'rs' }
const manifests = 'go.mod,Cargo.toml'

/** What the usages of the code index are beside those that a language's own tool has printed, of the sources below a folder: a line for top-level symbols, and one for members. */
export async function compareWithTruth(language: string, folder: string, printed: string): Promise<string[]> {
  const texts = new Map<string, string>()
  for (const path of [...new Bun.Glob(`**/{*.${endings[language]},${manifests}}`).scanSync(folder)].sort())
    if (!/_test\.go$/.test(path)) texts.set(path, await Bun.file(`${folder}/${path}`).text())
  const [graph, truth] = [await memoryGraph(texts), readTruth(language, printed, texts)]
  return [
    `${language}, top-level: ${await compare(language, graph, truth, false)}`,
    `${language}, members: ${await compare(language, graph, truth, true)}`,
  ]
}

interface Saved {
  defs: { id: { krate: number; index: number }; kind: string; name: string; span: Span }[]
  refs: { ref_id: { krate: number; index: number }; span: Span }[]
}
interface Span {
  file_name: string
  line_start: number
  column_start: number
}

const placeOf = ({ file_name, line_start, column_start }: Span) =>
  `${file_name}:${line_start}:${column_start}`

/** rustc's own JSON, without what is local. */
function pairsOf({ defs, refs }: Saved): [string, string][] {
  const places = new Map(
    defs.flatMap(({ id, kind, span }) =>
      kind === 'Local' ? [] : [[`${id.krate} ${id.index}`, placeOf(span)]],
    ),
  )
  return refs.flatMap(({ ref_id, span }) => {
    const definition = places.get(`${ref_id.krate} ${ref_id.index}`)
    return definition ? [[definition, placeOf(span)] as [string, string]] : []
  })
}

type Truth = ReadonlyMap<string, ReadonlySet<string>>

function readTruth(language: string, source: string, texts: ReadonlyMap<string, string>): Truth {
  const pairs =
    language === 'rust' ? pairsOf(JSON.parse(source)) : source.split('\n').map((line) => line.split('\t'))
  const wordAt = (place: string) => {
    const [path = '', line, column] = place.split(':')
    return /^\w+/.exec(
      texts
        .get(path)
        ?.split('\n')
        [Number(line) - 1]?.slice(Number(column) - 1) ?? '',
    )?.[0]
  }
  const truth = new Map<string, Set<string>>()
  for (const [definition, use] of pairs) {
    if (!definition || !use || definition === use || !texts.has(use.split(':')[0]!)) continue
    // A group of Rust's `use` is reported at its beginning.
    if (language === 'rust' && wordAt(definition) !== wordAt(use)) continue
    truth.set(definition, (truth.get(definition) ?? new Set()).add(use))
  }
  return truth
}

async function compare(language: string, graph: Graph, truth: Truth, members: boolean): Promise<string> {
  let [both, ours, theirs] = [0, 0, 0]
  for (const one of await graph.files()) {
    const { symbols } = await graph.facts(one.path)
    for (const [ordinal, symbol] of symbols.entries()) {
      const alike = symbols.filter(
        ({ name, container }) => name === symbol.name && container === symbol.container,
      )
      if ((symbol.container !== undefined) !== members || alike[0] !== symbol) continue
      const places = alike.map(({ line, column }) => `${one.path}:${line}:${column}`)
      const expected = new Set(places.flatMap((place) => [...(truth.get(place) ?? [])]))
      const { certain } = await usagesOf(graph, { file: one, symbol, ordinal })
      const found = new Set(certain.map(placeOfUsage))
      for (const place of places) found.delete(place)
      // rustc reports the names of a list of `use` at another place.
      if (language === 'rust')
        for (const place of certain.filter(({ type }) => lists.test(type)).map(placeOfUsage)) {
          found.delete(place)
          expected.delete(place)
        }
      theirs += expected.size
      ours += found.size
      for (const place of found) if (expected.has(place)) both++
    }
  }
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  return `precision ${percent(both / ours)}, recall ${percent(both / theirs)} of ${theirs}`
}

const lists = /^(import|re_export)$/
const placeOfUsage = ({ path, line, column }: Usage) => `${path}:${line}:${column}`
