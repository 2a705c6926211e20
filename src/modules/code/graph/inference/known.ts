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
  | { as: 'object'; path: string; members: readonly [string, number][]; around: Surroundings }
  | { as: 'function'; path: string; gives: number; takes: readonly number[]; around: Surroundings }
  /** A method of the language's own arrays, maps and promises. */
  | { as: 'builtin'; of: Container; name: string }

/** A member of something, and what its type parameters are there. */
export interface Member {
  definition: Definition
  around: Surroundings
}

export const keyOf = ({ file, symbol, ordinal }: Definition): string =>
  `${file.path}#${symbol.container ?? ''}#${symbol.name}#${ordinal}`

const typeKind = /^(class|interface|struct|enum|type|trait|record|object|annotation|namespace|module)$/

export const isType = ({ symbol }: Definition): boolean => typeKind.test(symbol.kind)
