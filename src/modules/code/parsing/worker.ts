import { setPriority } from 'node:os'
import type { Batch, BatchResult, PackedFile } from './batch'
import { extract } from './extract'
import { type FileFacts, noFacts } from './facts'
import { memoryTaken } from './grammar'
import { packFacts, packSymbols } from './pack'
import { scanners } from './scanners'
import type { SourceText } from './source-text'

declare const self: {
  onmessage: ((event: { data: Batch }) => void) | null
  postMessage(result: BatchResult): void
}

/** On Linux 0 means the calling thread alone: whoever serves goes first. Elsewhere it would mean the whole process. */
if (process.platform === 'linux') yieldToServing()

function yieldToServing(): void {
  try {
    setPriority(0, 10)
  } catch {
    // Where it is not allowed, parsing goes on as it is.
  }
}

/** UTF-16 units after which trees that are done with are collected: left to itself the collector lets them grow to three times the memory. */
const collectEvery = 1_000_000
/** A text without a tree leaves a quarter. */
const leavingsOf = ({ language, text }: SourceText) =>
  text.length / (Object.hasOwn(scanners, language) ? 4 : 1)
let parsed = 0

/** Parses the batches that the pool sends, one after the other. */
self.onmessage = async ({ data: { texts } }) => {
  const results: PackedFile[] = []
  for (const text of texts) {
    results.push(await parse(text))
    parsed += leavingsOf(text)
    if (parsed < collectEvery) continue
    Bun.gc(true)
    parsed = 0
  }
  self.postMessage({ results, memory: memoryTaken() })
}

async function parse({ language, text }: SourceText): Promise<PackedFile> {
  const facts = await extract(language, text).catch(noneUnlessBroken)
  const { references, imports } = facts
  const empty = facts.symbols.length + references.length + imports.length === 0
  const symbols = packSymbols(facts.symbols)
  return {
    facts: empty ? null : packFacts(facts, symbols),
    symbols,
    referenceCount: references.length + imports.length,
  }
}

/** Where tree-sitter itself came to an end, for want of memory, it cannot be used any more, and neither can this worker. */
function noneUnlessBroken(error: unknown): FileFacts {
  if (error instanceof WebAssembly.RuntimeError) throw error
  return noFacts
}
