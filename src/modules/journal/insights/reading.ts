import type { ListedRow } from '../entries/list-query'
import { tokenize } from '../search/tokens'
import { brokenRules, keptRules, moodRules } from './word-rules'
import { findWords } from './words'

/** What the word rules see in one entry. */
export interface Reading {
  at: Date
  /** Words by mood. */
  moods: Map<string, string[]>
  kept: string[]
  broken: string[]
  /** From -1 (every sign speaks against) to 1 (every sign speaks for); undefined without a sign. */
  balance: number | undefined
}

/** Reads an entry by the rules of `word-rules.ts`. */
export function readEntry({ entry, occurred_at }: Pick<ListedRow, 'entry' | 'occurred_at'>): Reading {
  const words = tokenize(entry).map(({ word }) => word)
  const moods = new Map<string, string[]>()
  let good = 0
  let bad = 0
  for (const { mood, side, rules } of moodRules) {
    const found = findWords(words, rules).filter(({ negated }) => !negated)
    if (found.length > 0)
      moods.set(
        mood,
        found.map(({ text }) => text),
      )
    if (side > 0) good += found.length
    if (side < 0) bad += found.length
  }
  const { kept, broken } = readDiscipline(words)
  good += kept.length
  bad += broken.length
  const balance = good + bad === 0 ? undefined : (good - bad) / (good + bad)
  return { at: occurred_at, moods, kept, broken, balance }
}

function readDiscipline(words: string[]): Pick<Reading, 'kept' | 'broken'> {
  const kept: string[] = []
  const broken: string[] = []
  for (const { text, negated } of findWords(words, keptRules)) {
    if (negated) broken.push(`not ${text}`)
    else kept.push(text)
  }
  for (const { text, negated } of findWords(words, brokenRules)) {
    if (negated) kept.push(`not ${text}`)
    else broken.push(text)
  }
  return { kept, broken }
}
