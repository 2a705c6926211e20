import type { Words } from './document'
import { occurrences } from './matching'
import type { Query, Term } from './query'

/** FTS5 keeps its own lists for prefixes up to this length (see the migration); a longer one it gathers from every word that fits. */
const longestListed = 3

const isLong = ({ words, prefix }: Term) => prefix && [...words.at(-1)!].length > longestListed

/**
 * A query that lets through all that `query` does, and more, without long prefixes; undefined when there are none. What it finds must be
 * checked by `fitsPrefixes`.
 */
export function loosen(query: Query): Query | undefined {
  if (![...query.wanted, ...query.unwanted].some(isLong)) return undefined
  return {
    wanted: query.wanted.map((term) => (isLong(term) ? shortened(term) : term)),
    unwanted: query.unwanted.filter((term) => !isLong(term)),
  }
}

function shortened({ words, prefix }: Term): Term {
  const last = [...words.at(-1)!].slice(0, longestListed).join('')
  return { words: [...words.slice(0, -1), last], prefix }
}

/** Whether a document fits the query's long prefixes. */
export function fitsPrefixes(words: Words, { wanted, unwanted }: Query): boolean {
  const occurs = (term: Term) => occurrences(words, term).length > 0
  return wanted.filter(isLong).every(occurs) && !unwanted.filter(isLong).some(occurs)
}
