import { fold } from '../fold'
import { gramsOf } from '../grams'

/**
 * Files come in stages, each of which goes through the whole index: those that define a term, those with a symbol whose name contains one, others, generated
 * ones. Of the first two those come first that are called like a term, its namesakes. What decides is the file alone, so a file has one stage whenever it is
 * looked at.
 */
export const stages = {
  namesakeDefinition: 0,
  definition: 1,
  namesakeSymbol: 2,
  symbol: 3,
  other: 4,
  generated: 5,
} as const
export type Stage = (typeof stages)[keyof typeof stages]

/** Whether a stage is of definitions of a term. */
export const isOfDefinitions = (stage: Stage): boolean => stage <= stages.definition

/** Whether a stage is of namesakes. */
export const isOfNamesakes = (stage: Stage): boolean =>
  stage === stages.namesakeDefinition || stage === stages.namesakeSymbol

/** Pieces that are looked at together and ranked, some 300 KB of text. Half of what a search costs is reading them. */
const usualWindow = 160
/** Of the stages before others, which have few files that rank alike and are over as soon as a page is full. */
const windowOfNames = 40

/** Long lines make long pieces. */
const longest = 16_000_000

/** How far a window goes: pieces that it looks up, and how many of them and what of their text, in bytes, it reads. */
export interface WindowSize {
  candidates: number
  pieces: number
  bytes: number
}

/** Candidates of later windows: where the first ones found little, most are in files that do not count. */
const manyCandidates = 320
const firstWindows = 2
/** Candidates whose files are asked what they are called: a microsecond or two each, and nothing is read of the others. */
const namesakeCandidates = 2000

/** The size of a stage's window behind so many of the same call. */
export function sizeOfWindow(stage: Stage, before: number): WindowSize {
  const pieces = stage < stages.other ? windowOfNames : usualWindow
  if (isOfNamesakes(stage)) return { candidates: namesakeCandidates, pieces, bytes: longest }
  return { candidates: before < firstWindows ? pieces : manyCandidates, pieces, bytes: longest }
}

/** Of one that a page ended in: it is gone through to its end once more, though the index may make more of its texts candidates than before. */
export const sizeOfWindowAgain: WindowSize = { candidates: 5000, pieces: 1000, bytes: 2 * longest }

const mostTerms = 3

/** Terms, folded, whose definitions come first: the first three of a query. */
export const definedTerms = (terms: readonly string[]): string[] =>
  [...new Set(terms.map(fold))].filter((term) => term !== '').slice(0, mostTerms)

/** Those of them that the index can find in the middle of a name, which takes three characters. */
export const namedTerms = (terms: readonly string[]): string[] =>
  definedTerms(terms).filter((term) => gramsOf(term).length > 0)
