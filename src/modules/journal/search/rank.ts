import type { Words } from './document'
import { occurrences } from './matching'
import type { Query, Term } from './query'

/** Saturation and length normalisation of BM25, with a fixed usual length instead of the collection's mean. */
const k1 = 1.2
const b = 0.75
const usualLength = 60

/**
 * How well a document answers a query: BM25's term frequency, saturated and normalised by length, summed over the wanted terms.
 * There is no inverse document frequency: every wanted term occurs in every match anyway, and without it a document's score
 * depends on nothing but itself, so pages stay stable while entries come and go. A phrase weighs more than a word, a prefix less.
 * Rounded to four digits; 0 for a query of negations alone.
 */
export function score(words: Words, query: Query): number {
  const norm = k1 * (1 - b + (b * words.length) / usualLength)
  let sum = 0
  for (const term of query.wanted) {
    const frequency = occurrences(words, term).length
    sum += (weight(term) * frequency * (k1 + 1)) / (frequency + norm)
  }
  return Math.round(sum * 10_000) / 10_000
}

const weight = ({ words, prefix }: Term) => (1 + 0.5 * Math.min(words.length - 1, 4)) * (prefix ? 0.6 : 1)
