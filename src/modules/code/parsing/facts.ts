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

export type ImportKind =
  | 'import'
  | 'type_import'
  | 're_export'
  | 'export_all'
  | 'require'
  | 'dynamic_import'
  | 'mod'
  | 'use'
  | 'include'
  /** No import, but a name with the whole way to its module: `a.b.C` of Java, `crate::a::b` of Rust. */
  | 'path'

/** A name that an import brings into the file. `imported` is `*` for the module as a whole, `default` for its default. */
export interface Binding {
  /** The name here; for a re-export the name under which it is exported. */
  local: string
  imported: string
  line: number
  column: number
}

/** An import, re-export or include as it is written. */
export interface ImportFact {
  kind: ImportKind
  specifier: string
  line: number
  column: number
  bindings: Binding[]
}

/** `local` is visible from outside as `name`; as `=` where it is the module itself, which `require` gives. */
export interface ExportFact {
  name: string
  local: string
  line: number
  column: number
}

/** What is done with a name. `extends_type` is an interface's `extends`: a use of the type, where a class' is one of the value. */
export type Role =
  | 'read'
  | 'call'
  | 'new'
  | 'type'
  | 'extends'
  | 'extends_type'
  | 'implements'
  | 'jsx'
  | 'export'
  | 'decorator'

/**
 * What a reference means as far as the file alone tells. `binding` and `symbol` are an index into the file's bindings (all imports' in
 * order) or its symbols; with `member` the reference is to a member of that; `free` is a name from elsewhere; `unknown` a member of
 * something whose type is not known. With `typed_member` the index is that of the expression that the member is taken of.
 */
export type Target =
  | { to: 'binding' | 'binding_member' | 'symbol' | 'symbol_member' | 'typed_member'; index: number }
  | { to: 'free' | 'unknown' }

/**
 * What a value or type is, as far as its file says; numbers are indices of other expressions, -1 where nothing is known. What it comes to is found
 * out when somebody asks, because that takes other files.
 *
 * - `b`, `s`: what a binding or symbol of the file names; `i`: `this` in the class that is this symbol
 * - `t`: an instance of what is named, with its type arguments; `g`: a type that the file does not know, by name, such as `Promise`
 * - `.`: a member; `[]`: an element; `()`: what calling gives, with the first argument; `~`: awaited; `|`: any of
 * - `a`: an array of; `o`: an object with these members; `f`: a function with what it gives and its parameters
 * - `p`: a type parameter by name, with what it extends
 * - `c`: parameter `at` of the function that is argument `argument` of a call of the first
 * - `q`: parameter `at` of a function of the type that is first
 */
export type Expression =
  | [as: 'b' | 's' | 'i', index: number]
  | [as: 't', of: number, args: number[]]
  | [as: 'g', name: string, args: number[]]
  | [as: '.', of: number, name: string]
  | [as: '[]' | '~' | 'a', of: number]
  | [as: '()', of: number, argument: number]
  | [as: '|', any: number[]]
  | [as: 'o', members: [name: string, of: number][]]
  | [as: 'f', gives: number, takes: number[]]
  | [as: 'p', name: string, bound: number]
  | [as: 'c', of: number, argument: number, at: number]
  | [as: 'q', of: number, at: number]

/** What a symbol is, by expressions of its file. */
export interface Shape {
  /** Its value's type; of a type alias what it stands for. */
  type?: number
  /** What a class or interface extends and implements. */
  bases?: number[]
  /** Type parameters, each with its default or what it extends. */
  generics?: [name: string, bound: number][]
}

/** A use of a name that is not local to a function. */
export interface ReferenceFact {
  name: string
  line: number
  column: number
  role: Role
  target: Target
  /** The innermost symbol around it; -1 at the top of the file. */
  within: number
}

/** Everything that the graph knows of a text: a pure function of language and text. */
export interface FileFacts {
  symbols: SymbolFact[]
  imports: ImportFact[]
  exports: ExportFact[]
  references: ReferenceFact[]
  expressions?: Expression[]
  /** Shapes of symbols by their ordinal. */
  shapes?: Record<number, Shape>
  /** The package or namespace that the file says it belongs to (Go, Java, Kotlin, …). */
  package?: string | undefined
}

/** What parsing a text gives, packed (`pack.ts`): from thread to thread and into the database it goes as it is. */
export interface ParsedFile {
  /** All facts but the symbols; null when there are none. */
  facts: Uint8Array | null
  /** Null when there are none. */
  symbols: Uint8Array | null
  symbolCount: number
  /** What pieces of the text are told of its symbols, see `listDefinitions`. */
  definitions: string
  referenceCount: number
}

/** Nothing found, or no parser for the language. */
export const unparsed: ParsedFile = {
  facts: null,
  symbols: null,
  symbolCount: 0,
  definitions: '',
  referenceCount: 0,
}

export const noFacts: FileFacts = { symbols: [], imports: [], exports: [], references: [] }
