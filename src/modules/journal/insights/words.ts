import { negations, type WordRules } from './word-rules'

/** Words that a rule found in a text, as written there but in search's form. */
export interface Found {
  text: string
  /** A negation stands before it. */
  negated: boolean
}

/** A rule's words: alternatives at each place, and how many other words may stand before it. */
interface Place {
  words: ReadonlySet<string>
  gap: number
}

const longestGap = 3
const negationReach = 3
const negative = new Set(negations)

/** Rules by the words that they can begin with: hardly any word of a text begins one. */
type ByFirstWord = Map<string, Place[][]>
const compiled = new WeakMap<WordRules, ByFirstWord>()

function compileAll(rules: WordRules): ByFirstWord {
  const known = compiled.get(rules)
  if (known) return known
  const byFirst: ByFirstWord = new Map()
  for (const places of rules.map(compile)) {
    for (const word of places[0]!.words) byFirst.set(word, [...(byFirst.get(word) ?? []), places])
  }
  compiled.set(rules, byFirst)
  return byFirst
}

function compile(rule: string): Place[] {
  const places: Place[] = []
  let gap = 0
  for (const part of rule.split(' ')) {
    if (part === '..') gap = longestGap
    else {
      places.push({ words: new Set(part.split('|')), gap })
      gap = 0
    }
  }
  return places
}

/** Where the rule ends when it begins at `at` (exclusive); -1 when it does not. */
function endOf(words: readonly string[], at: number, places: Place[]): number {
  let end = at
  for (const { words: wanted, gap } of places) {
    let found = -1
    for (let skip = 0; skip <= gap && found < 0; skip++)
      if (wanted.has(words[end + skip]!)) found = end + skip
    if (found < 0) return -1
    end = found + 1
  }
  return end
}

const isNegated = (words: readonly string[], at: number) =>
  words.slice(Math.max(0, at - negationReach), at).some((word) => negative.has(word))

/** Everything in a text that the rules speak of; a word counts for one rule only, the first. */
export function findWords(words: readonly string[], rules: WordRules): Found[] {
  const found: Found[] = []
  const byFirst = compileAll(rules)
  for (let at = 0; at < words.length; ) {
    const ends = byFirst.get(words[at]!)?.map((places) => endOf(words, at, places))
    const end = ends?.find((end) => end > at)
    if (end === undefined) at++
    else {
      found.push({ text: words.slice(at, end).join(' '), negated: isNegated(words, at) })
      at = end
    }
  }
  return found
}
