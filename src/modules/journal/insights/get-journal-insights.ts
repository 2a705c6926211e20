import { Type } from '@sinclair/typebox'
import type { Host } from '../../../core/module'
import { defineOperation } from '../../../core/operation'
import type { JournalSettings } from '../settings'
import { analyze, fewestEntries, insightsView } from './insights'

const day = 86_400_000
const days = { '1d': 1, '7d': 7, '30d': 30, '90d': 90, all: undefined } as const
type Timeframe = keyof typeof days

const notice =
  'Not financial advice: these are counts of what was written down, not a judgement of any investment.'

export const getJournalInsights = (host: Host<JournalSettings>) =>
  defineOperation({
    name: 'get_journal_insights',
    title: 'Get journal insights',
    description:
      'Computes what a person’s entries show: counts by type, symbol and week, mood and discipline by fixed word rules with the words found, and wins and losses of trades that can be paired. Use it to review habits; it does not know market prices. Always pass on that it is not financial advice.',
    input: Type.Object(
      {
        timeframe: Type.Union(
          (Object.keys(days) as Timeframe[]).map((name) => Type.Literal(name)),
          { default: '90d', description: 'Up to now' },
        ),
      },
      { additionalProperties: false },
    ),
    output: Type.Object(
      {
        success: Type.Literal(true),
        timeframe: Type.String(),
        from: Type.Union([Type.String(), Type.Null()]),
        to: Type.String(),
        entries_analyzed: Type.Integer(),
        truncated: Type.Boolean({ description: 'True: only the newest 5,000 entries were looked at' }),
        message: Type.String(),
        insights: Type.Union([insightsView, Type.Null()]),
        not_financial_advice: Type.String(),
      },
      { additionalProperties: false },
    ),
    scope: 'journal:read',
    hints: { readOnly: true, idempotent: true },
    rest: { method: 'GET', path: '/insights' },
    examples: [{ title: 'The last month', input: { timeframe: '30d' } }],
    async run(input, call) {
      const timeframe = input.timeframe as Timeframe
      const to = new Date(host.now())
      const span = days[timeframe]
      const from = span === undefined ? undefined : new Date(to.getTime() - span * day)
      const analysis = await call.read((db) => analyze(db, call.principal.id, from, to))
      return {
        success: true as const,
        timeframe,
        from: from?.toISOString() ?? null,
        to: to.toISOString(),
        ...analysis,
        message: messageOf(analysis.entries_analyzed, timeframe),
        not_financial_advice: notice,
      }
    },
  })

function messageOf(entries: number, timeframe: Timeframe): string {
  if (entries >= fewestEntries) return `Computed from ${entries} entries.`
  const more = timeframe === 'all' ? 'write some more' : 'write some more, or ask for a longer timeframe'
  return `Insights need at least ${fewestEntries} entries and there ${entries === 1 ? 'is 1' : `are ${entries}`}: ${more}.`
}
