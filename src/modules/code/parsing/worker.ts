import { setPriority } from 'node:os'
import type { Batch, BatchResult, FileResult } from './batch'
import { extract } from './extract'
import { noFacts } from './facts'
import { packFacts } from './pack'
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

/** Parses the batches that the pool sends, one after the other. */
self.onmessage = async ({ data: { texts } }) => {
  const results: FileResult[] = []
  for (const text of texts) results.push(await parse(text))
  self.postMessage({ results })
}

async function parse({ language, text }: SourceText): Promise<FileResult> {
  const facts = await extract(language, text).catch(() => noFacts)
  const { symbols, references, imports } = facts
  const empty = symbols.length + references.length + imports.length === 0
  return {
    facts: empty ? null : packFacts(facts),
    symbols,
    referenceCount: references.length + imports.length,
  }
}
