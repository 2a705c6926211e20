import type { SymbolFact } from '../../parsing/facts'
import type { GraphFile } from '../project-files'

/** A definition: a symbol of a file. */
export interface Definition {
  file: GraphFile
  symbol: SymbolFact
  /** Among the symbols of the file. */
  ordinal: number
}

/** A place where a symbol is used. */
export interface Usage {
  path: string
  line: number
  column: number
  /** `import`, `re_export`, or what is done with it. */
  type: string
  /** The symbol around it in its file; -1 at the top. */
  within: number
}

/** Usages that are certain, and members of the same name whose object's type is not known. */
export interface Usages {
  certain: Usage[]
  possible: Usage[]
}
