import { fold } from '../fold'
import type { LineMatch } from '../match/line-match'
import { definedTerms, namedTerms, type Stage, stages } from './stages'

/** Definitions, as ranking sees them. */
export interface Named {
  name: string
  line: number
}

/** What ranking looks at: nothing but the file itself, so that its place among others stays when the index changes. */
export interface Ranked {
  path: string
  bytes: number
  /** Generated, minified or vendored. */
  generated: boolean
  /** A number of its own, to break ties. */
  file: number
  lines: readonly LineMatch[]
  definitions: readonly Named[]
}

/** Smaller is better, member by member. The first is the stage. */
export type Key = readonly number[]

/** How a line matched. */
export const tiers = { definition: 0, folded: 1, symbol: 2, word: 3, substring: 4 } as const

/** Ranks what a query has found. */
export interface Ranking {
  /** How well a line matches. */
  tierOf(line: LineMatch, definitions: readonly Named[]): number
  /** The order of results: the stage; definition of a term, symbol, word, substring; whole file name; then how often and how densely. */
  keyOf(ranked: Ranked): Key
  /** Whether a file is called like a term, with or without its ending. */
  isNamesake(path: string): boolean
}

/** The ranking of a query with these literals. */
export function rankingBy(terms: readonly string[]): Ranking {
  const folded = terms.map(fold)
  const isNamesake = (path: string) => nameRank(path, folded) === 0
  const stageOf = stagesBy(terms, isNamesake)
  const tierOf: Ranking['tierOf'] = (line, definitions) => {
    const here = definitions.filter((definition) => definition.line === line.line)
    if (here.some(({ name }) => terms.includes(name))) return tiers.definition
    if (here.some(({ name }) => folded.includes(fold(name)))) return tiers.folded
    if (here.some(({ name }) => folded.some((term) => fold(name).includes(term)))) return tiers.symbol
    return hasWord(line) ? tiers.word : tiers.substring
  }
  const best = ({ lines, definitions }: Ranked) => {
    if (definitions.length > 0) return Math.min(...lines.map((line) => tierOf(line, definitions)), 5)
    return lines.length === 0 ? 5 : lines.some(hasWord) ? tiers.word : tiers.substring
  }
  return {
    tierOf,
    isNamesake,
    keyOf: (ranked) => [
      stageOf(ranked),
      best(ranked),
      nameRank(ranked.path, folded),
      -Math.round(1000 * saturation(ranked)),
      ranked.file,
    ],
  }
}

function stagesBy(terms: readonly string[], isNamesake: Ranking['isNamesake']): (ranked: Ranked) => Stage {
  const [defined, named] = [definedTerms(terms), namedTerms(terms)]
  return ({ path, generated, lines, definitions }) => {
    if (generated) return stages.generated
    if (definitions.length === 0) return stages.other
    const matching = new Set(lines.map(({ line }) => line))
    const names = definitions.filter(({ line }) => matching.has(line)).map(({ name }) => fold(name))
    if (names.some((name) => defined.includes(name)))
      return isNamesake(path) ? stages.namesakeDefinition : stages.definition
    if (!names.some((name) => named.some((term) => name.includes(term)))) return stages.other
    return isNamesake(path) ? stages.namesakeSymbol : stages.symbol
  }
}

const hasWord = ({ text, ranges }: LineMatch) => ranges.some((range) => isWord(text, range))

const wordCharacter = /[\p{L}\p{N}_$]/u

function isWord(text: string, [start, end]: [number, number]): boolean {
  return !wordCharacter.test(text[start - 1] ?? ' ') && !wordCharacter.test(text[end] ?? ' ')
}

/** 0: the file is called like a term, with or without its ending; 1: its name contains one; 2: neither. */
function nameRank(path: string, folded: readonly string[]): number {
  const name = fold(path.slice(path.lastIndexOf('/') + 1))
  const stem = name.replace(/\.[^.]*$/, '')
  if (folded.some((term) => term === name || term === stem)) return 0
  return folded.some((term) => term !== '' && name.includes(term)) ? 1 : 2
}

/** BM25's term frequency part, with the usual k1 = 1.2 and b = 0.75; the typical file has 8 KB. */
function saturation({ lines, bytes }: Ranked): number {
  const frequency = lines.reduce((sum, { ranges }) => sum + ranges.length, 0)
  return (frequency * 2.2) / (frequency + 1.2 * (0.25 + (0.75 * bytes) / 8192))
}

/** Negative when `a` comes first. */
export function compareKeys(a: Key, b: Key): number {
  for (let at = 0; at < a.length; at++) {
    const difference = a[at]! - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
