import type { Container, Known } from './known'

/** A method of a container. */
interface Builtin {
  of: Container
  name: string
}

const lists =
  /^(Array|ReadonlyArray|Set|ReadonlySet|Iterable|Iterator|IterableIterator|Generator|AsyncIterable|AsyncGenerator|AsyncIterator|ArrayLike)$/
const maps = /^(Map|ReadonlyMap|WeakMap|Record)$/
const promises = /^(Promise|PromiseLike)$/
const sameMembers =
  /^(Partial|Required|Readonly|NonNullable|Pick|Omit|Exclude|Extract|Awaited|NoInfer|Mutable|DeepPartial|DeepReadonly)$/

/** A type of the language's own library by its name, with its arguments. */
export function builtinType(name: string, args: readonly (readonly Known[])[]): readonly Known[] {
  if (lists.test(name)) return [{ as: 'array', of: args[0] ?? [] }]
  if (maps.test(name)) return [{ as: 'map', of: args[1] ?? [] }]
  if (promises.test(name)) return [{ as: 'promise', of: args[0] ?? [] }]
  return sameMembers.test(name) ? (args[0] ?? []) : []
}

const one = /^(find|findLast|pop|shift|at|get|next)$/
const same = /^(filter|slice|concat|reverse|sort|splice|toSorted|toReversed|toSpliced|with|fill|values|flat)$/
const toElements =
  /^(map|forEach|filter|find|findLast|findIndex|findLastIndex|some|every|flatMap|sort|toSorted|then|finally)$/

/** What calling a method of the library's own gives. `passed` is what a function that was passed to it gives. */
export function calledBuiltin({ of, name }: Builtin, passed: readonly Known[]): readonly Known[] {
  if (of.as === 'promise') {
    if (name === 'then') return [{ as: 'promise', of: passed.flatMap(awaited) }]
    return name === 'catch' || name === 'finally' ? [of] : []
  }
  if (one.test(name)) return of.of
  if (name === 'map' && of.as === 'array') return [{ as: 'array', of: passed }]
  if (name === 'flatMap') return [{ as: 'array', of: passed.flatMap(elements) }]
  return same.test(name) ? [{ as: 'array', of: of.of }] : []
}

/** What a function that is passed to such a method takes as its parameter `at`. */
export function passedTo({ of, name }: Builtin, at: number): readonly Known[] {
  if (name === 'reduce' || name === 'reduceRight') return at === 1 ? of.of : []
  const both = /^(sort|toSorted)$/.test(name) && at === 1
  return (at === 0 || both) && toElements.test(name) ? of.of : []
}

export const elements = (known: Known): readonly Known[] =>
  known.as === 'array' || known.as === 'map' ? known.of : []

export const awaited = (known: Known): readonly Known[] => (known.as === 'promise' ? known.of : [known])
