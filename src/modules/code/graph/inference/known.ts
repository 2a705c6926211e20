import type { Graph } from '../look'
import type { Definition } from '../usages/usage'

/** What the type parameters around an expression are, and what `this` is. */
export interface Surroundings {
  generics: ReadonlyMap<string, readonly Known[]>
  self?: Known | undefined
}

export const nowhere: Surroundings = { generics: new Map() }

/** What holds others: the language's own arrays, maps and promises. */
export interface Container {
  as: 'array' | 'promise' | 'map'
  of: readonly Known[]
}

/** One thing that a value can be, as far as the code says. Nothing known is an empty list of these. */
export type Known =
  /** A class, interface, enum, namespace or function by its own name. */
  | { as: 'named'; definition: Definition }
  | { as: 'module'; path: string }
  | { as: 'instance'; definition: Definition; around: Surroundings }
  | Container
  | {
      as: 'object'
      path: string
      members: readonly [string, number][]
      around: Surroundings
      /** What was given this object as its value. */
      holder?: Definition | undefined
    }
  | { as: 'function'; path: string; gives: number; takes: readonly number[]; around: Surroundings }
  /** A method of the language's own arrays, maps and promises. */
  | { as: 'builtin'; of: Container; name: string }

/** A member of something, and what its type parameters are there. */
export interface Member {
  definition: Definition
  around: Surroundings
}

/** Tells definitions apart: the same one may be read twice. */
export const keyOf = ({ file, symbol, ordinal }: Definition): string =>
  `${file.path}#${symbol.container ?? ''}#${symbol.name}#${ordinal}`

const typeKind = /^(class|interface|struct|enum|type|trait|record|object|annotation|namespace|module)$/

export const isType = ({ symbol }: Definition): boolean => typeKind.test(symbol.kind)

/** Finds out what expressions of files come to, through other files. */
export interface Inference {
  graph: Graph
  /** What an expression of a file can be; empty where the code does not tell. */
  infer(path: string, index: number | undefined, around?: Surroundings): Promise<readonly Known[]>
  /** The type of a definition's value; types are themselves. */
  typeOf(definition: Definition, around?: Surroundings): Promise<readonly Known[]>
  members(known: Known, name: string): Promise<Member[]>
  /** Steps that it took so far. */
  readonly steps: number
}
