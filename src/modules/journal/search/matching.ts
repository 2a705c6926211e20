import type { Words } from './document'
import type { Term } from './query'

/** Positions at which the term begins. */
export function occurrences(words: Words, { words: wanted, prefix }: Term): number[] {
  const found: number[] = []
  const last = wanted.length - 1
  for (let at = 0; at + last < words.length; at++) {
    let n = 0
    while (n < last && words[at + n] === wanted[n]) n++
    if (n === last && fits(words[at + n]!, wanted[n]!, prefix)) found.push(at)
  }
  return found
}

const fits = (word: string | null, wanted: string, prefix: boolean) =>
  word === wanted || (prefix && (word?.startsWith(wanted) ?? false))
