import { definitionsOf, symbolOf } from '../symbols/definitions'
import type { Analysis, Source } from './analysis'
import { type FileFacts, noFacts } from './facts'
import { loadGrammar } from './grammar'
import { lineTable } from './lines'
import { analyzeGo } from './names/go'
import { analyzeJava } from './names/java'
import { analyzePython } from './names/python'
import { readRequires } from './names/requires'
import { analyzeRust } from './names/rust'
import { scanners } from './scanners'
import { analyzeScript } from './script/analyze'

/** Languages whose imports and references are read; the others have symbols alone. */
const analyses: Record<string, (source: Source) => Analysis> = {
  typescript: analyzeScript,
  tsx: analyzeScript,
  javascript: analyzeScript,
  python: analyzePython,
  go: analyzeGo,
  rust: analyzeRust,
  java: analyzeJava,
  ruby: readRequires,
}

const nothing: Analysis = { imports: [], exports: [], references: [] }

/** Most steps that the parser takes for one text: some five seconds. Counted, so that a busy machine finds what an idle one does. */
const mostSteps = 200_000

/** Most nodes of a tree that are read: some 50 MB of objects. Sources have 100 to 450 in a kilobyte. */
const mostNodes = 600_000

/** Everything that the graph knows of a text. Nothing for languages that are not read, and for what takes too long or too much. */
export async function extract(language: string, text: string): Promise<FileFacts> {
  const positionOf = lineTable(text)
  const scanner = Object.hasOwn(scanners, language) ? scanners[language] : undefined
  if (scanner) return scanner(text, positionOf)
  const grammar = await loadGrammar(language)
  const tree = grammar?.parse(text, mostSteps)
  if (!grammar || !tree) return noFacts
  try {
    if (tree.rootNode.descendantCount > mostNodes) return noFacts
    const root = grammar.read(tree)
    const definitions = definitionsOf(language, root, text, positionOf)
    const analyze = analyses[language]
    const analysis = analyze ? analyze({ text, root, definitions, positionOf }) : nothing
    return { ...analysis, symbols: definitions.map(symbolOf) }
  } finally {
    tree.delete()
  }
}
