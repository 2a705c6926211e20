import { setPriority } from 'node:os'
import type { Batch, BatchResult } from './batch'
import { extract } from './extract'
import { type FileFacts, noFacts, type ParsedFile } from './facts'
import { memoryTaken } from './grammar'
import { packFile } from './pack'
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
  const results: ParsedFile[] = []
  for (const text of texts) {
    results.push(await parse(text))
    parsed += leavingsOf(text)
    if (parsed < collectEvery) continue
    Bun.gc(true)
    parsed = 0
  }
  self.postMessage({ results, memory: memoryTaken() })
}

const parse = async ({ language, text }: SourceText): Promise<ParsedFile> =>
  packFile(await extract(language, text).catch(noneUnlessBroken))

/** Where tree-sitter itself came to an end, for want of memory, it cannot be used any more, and neither can this worker. */
function noneUnlessBroken(error: unknown): FileFacts {
  if (error instanceof WebAssembly.RuntimeError) throw error
  return noFacts
}
