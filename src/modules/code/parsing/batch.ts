import type { ParsedFile } from './facts'
import type { SourceText } from './source-text'

/** What parsing a text gives, on its way: symbols packed, because objects take longer from thread to thread than to be found. */
export type PackedFile = Omit<ParsedFile, 'symbols'> & { symbols: string }

/** What goes to a worker. */
export interface Batch {
  texts: SourceText[]
}

/** What comes back: one result a text, in order. */
export interface BatchResult {
  results: PackedFile[]
  /** Bytes that the worker’s parser has by now; they only grow. */
  memory: number
}
