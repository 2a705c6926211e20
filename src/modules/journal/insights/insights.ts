import { type Static, Type } from '@sinclair/typebox'
import type { Reader } from '../../../core/storage'
import type { Filter } from '../entries/filter'
import type { ListedRow } from '../entries/list-query'
import { countEntriesBy, countsView } from './counts'
import { readHistory } from './history'
import { disciplineOf, disciplineView, moodOf, moodView } from './mood'
import { readEntry } from './reading'
import { resultsOf, resultsView } from './results'
import { pairTrades, tradeOf } from './trades'
import { trendOf, trendView } from './trend'

/** Below this nothing is said. */
export const fewestEntries = 3

export const insightsView = Type.Object(
  {
    counts: countsView,
    mood: moodView,
    discipline: disciplineView,
    trend: trendView,
    trades: resultsView,
  },
  { additionalProperties: false },
)

export interface Analysis {
  entries_analyzed: number
  truncated: boolean
  insights: Static<typeof insightsView> | null
}

const everything: Filter = {
  entry_type: undefined,
  tag: undefined,
  symbol: undefined,
  from: undefined,
  to: undefined,
}

/** What is kept of an entry: never its text. */
const digest = (row: ListedRow) => ({
  entry_type: row.entry_type,
  symbols: row.symbols,
  occurred_at: row.occurred_at,
  reading: readEntry(row),
})

/** Looks at the owner's entries from `from` (all when undefined) to `to`. Sales are paired with purchases of any date before. */
export async function analyze(
  db: Reader,
  owner: string,
  from: Date | undefined,
  to: Date,
): Promise<Analysis> {
  const { kept, truncated } = await readHistory(db, owner, { ...everything, from, to }, digest)
  const entries_analyzed = kept.length
  if (kept.length < fewestEntries) return { entries_analyzed, truncated, insights: null }
  const trades = await readHistory(db, owner, { ...everything, entry_type: 'trade', to }, tradeOf)
  const readings = kept.map(({ reading }) => reading)
  const pairing = pairTrades(trades.kept.filter((trade) => trade !== undefined))
  const insights = {
    counts: countEntriesBy(kept),
    mood: moodOf(readings),
    discipline: disciplineOf(readings),
    trend: trendOf(readings),
    trades: resultsOf(pairing, from),
  }
  return { entries_analyzed, truncated: truncated || trades.truncated, insights }
}
