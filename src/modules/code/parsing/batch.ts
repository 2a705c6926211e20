import type { ParsedFile } from './facts'
import type { SourceText } from './source-text'

/** What goes to a worker. */
export interface Batch {
  texts: SourceText[]
}

/** What comes back: one result a text, in order. */
export interface BatchResult {
  results: ParsedFile[]
  /** Bytes that the worker’s parser has by now; they only grow. */
  memory: number
}
