/** A definition. Lines and columns count from 1. */
export interface SymbolFact {
  name: string
  kind: string
  line: number
  column: number
  endLine: number
  container?: string | undefined
  exported: boolean
  signature?: string | undefined
  documentation?: string | undefined
}

/** What parsing a text gives: a pure function of language and text. */
export interface ParsedFile {
  /** Everything the graph needs, packed; null when there is nothing. */
  facts: Uint8Array | null
  symbols: SymbolFact[]
  referenceCount: number
}

/** Nothing found, or no parser for the language. */
export const unparsed: ParsedFile = { facts: null, symbols: [], referenceCount: 0 }
