import { type Static, Type } from '@sinclair/typebox'
import type { Reading } from './reading'
import { Tally } from './tally'
import { moodRules } from './word-rules'

const closed = { additionalProperties: false }
/** Words that are shown for each finding. */
const mostWords = 10

/** The words that a finding rests on, as they stand in the entries. */
export const wordsView = Type.Array(
  Type.Object({ word: Type.String(), count: Type.Integer({ minimum: 1 }) }, closed),
)

export const moodView = Type.Object(
  {
    entries_with_mood: Type.Integer(),
    moods: Type.Array(
      Type.Object(
        {
          mood: Type.String(),
          entries: Type.Integer({ minimum: 1 }),
          share: Type.Number({ description: 'Of the entries with a mood' }),
          words: wordsView,
        },
        closed,
      ),
      { description: 'Most frequent first' },
    ),
  },
  closed,
)

/** In how many entries each mood shows, and by which words. */
export function moodOf(readings: readonly Reading[]): Static<typeof moodView> {
  const withMood = readings.filter(({ moods }) => moods.size > 0)
  const moods = moodRules.flatMap(({ mood }) => {
    const found = withMood.flatMap(({ moods }) => moods.get(mood) ?? [])
    const entries = withMood.filter(({ moods }) => moods.has(mood)).length
    return entries === 0
      ? []
      : [{ mood, entries, share: round(entries / withMood.length), words: count(found) }]
  })
  return { entries_with_mood: withMood.length, moods: moods.sort((a, b) => b.entries - a.entries) }
}

export const disciplineView = Type.Object(
  {
    score: Type.Union([Type.Number({ minimum: 0, maximum: 100 }), Type.Null()], {
      description: 'Percent of signs that rules were kept; null below 3 signs',
    }),
    kept: Type.Object({ signs: Type.Integer(), words: wordsView }, closed),
    broken: Type.Object({ signs: Type.Integer(), words: wordsView }, closed),
  },
  closed,
)

const fewestSigns = 3

/** How often entries speak of rules that were kept and broken. */
export function disciplineOf(readings: readonly Reading[]): Static<typeof disciplineView> {
  const kept = readings.flatMap((reading) => reading.kept)
  const broken = readings.flatMap((reading) => reading.broken)
  const signs = kept.length + broken.length
  return {
    score: signs < fewestSigns ? null : Math.round((100 * kept.length) / signs),
    kept: { signs: kept.length, words: count(kept) },
    broken: { signs: broken.length, words: count(broken) },
  }
}

function count(words: readonly string[]) {
  const tally = new Tally()
  for (const word of words) tally.add(word)
  return tally.top(mostWords)
}

const round = (share: number) => Math.round(share * 100) / 100
