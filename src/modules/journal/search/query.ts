import { invalid } from '../../../core/errors'
import { standsAlone, tokenize } from './tokens'

/** One condition of a query: a word, or several in a row. */
export interface Term {
  words: string[]
  /** The last word may go on: `trad*`. */
  prefix: boolean
}

/** A parsed query: an entry matches when it has all of `wanted` and none of `unwanted`. */
export interface Query {
  wanted: Term[]
  unwanted: Term[]
}

const mostTerms = 32
/** Of all words and phrases together: each is looked up for itself. */
const mostWords = 64
const shortestPrefix = 2
const help = 'write words, "phrases", -not or prefix*, e.g. btc "stop loss" -eth accum*'

/** A `-`, then a quoted phrase or anything up to a blank or quote. */
const items = /(-?)(?:"([^"]*)"(\*?)|([^\s"]+))/g

/** The star may stand within the quotes or behind them. */
const endsStarred = /[^\s*]\*\s*$/

/**
 * Reads the query language: words (all must occur), `"phrases"`, `-not`, `prefix*`. A word that holds several of search's words
 * (`BTC-USD`) is a phrase. Throws `invalid` with what to write when nothing is left to look for.
 */
export function parseQuery(text: string): Query {
  if ((text.match(/"/g)?.length ?? 0) % 2 === 1) throw invalid('/query', `has an open quote; ${help}`)
  const query: Query = { wanted: [], unwanted: [] }
  for (const [, minus, phrase, star, word] of text.matchAll(items)) {
    const content = phrase ?? word!
    const term = termOf(content, star === '*' || endsStarred.test(content))
    if (term) addTerm(minus ? query.unwanted : query.wanted, term)
  }
  const count = query.wanted.length + query.unwanted.length
  if (count === 0) throw invalid('/query', `holds no words; ${help}`)
  if (count > mostTerms) throw invalid('/query', `holds more than ${mostTerms} words or phrases`)
  const words = [...query.wanted, ...query.unwanted].reduce((sum, term) => sum + term.words.length, 0)
  if (words > mostWords) throw invalid('/query', `holds more than ${mostWords} words in all`)
  return query
}

function termOf(text: string, starred: boolean): Term | undefined {
  const words = tokenize(text).map(({ word }) => word)
  const last = words.at(-1)
  if (last === undefined) return undefined
  const prefix = starred && !standsAlone(last)
  if (prefix && last.length < shortestPrefix) {
    throw invalid(
      '/query',
      `has a prefix that is too short: write at least ${shortestPrefix} letters before *`,
    )
  }
  return { words, prefix }
}

function addTerm(terms: Term[], term: Term): void {
  const same = (other: Term) => other.prefix === term.prefix && other.words.join(' ') === term.words.join(' ')
  if (!terms.some(same)) terms.push(term)
}
