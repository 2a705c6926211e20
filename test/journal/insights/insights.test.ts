import { expect, test } from 'bun:test'
import { fillJournal } from '../../../bench/fill-journal'
import { entries } from '../../../src/modules/journal/entries/operations'
import { getJournalInsights } from '../../../src/modules/journal/insights/get-journal-insights'
import { eachStorage } from '../../kit/storage'
import { openJournal } from '../harness'

eachStorage('Insights', (open) => {
  const now = Date.UTC(2026, 10, 21, 12)
  const journal = () =>
    openJournal(open(), (host) => [...entries(host), getJournalInsights(host)], { now: () => now })
  const insights = (owner: string, timeframe?: string) =>
    journal().call('get_journal_insights', timeframe ? { timeframe } : {}, { owner })

  test('say nothing below three entries, and that they are no advice', async () => {
    await journal().call('store_journal_entry', { entry: 'calm' }, { owner: 'few' })
    const answer = await insights('few')
    expect(answer).toMatchObject({ entries_analyzed: 1, insights: null, truncated: false, timeframe: '90d' })
    expect(answer.message).toContain('at least 3 entries and there is 1')
    expect(answer.not_financial_advice).toMatch(/not financial advice/i)
  })

  test('count what was written and pair what was traded', async () => {
    const owner = 'trader'
    const store = (input: Record<string, unknown>) => journal().call('store_journal_entry', input, { owner })
    const log = (action: string, quantity: number, price: number, occurred_at: string) =>
      journal().call(
        'log_trade_entry',
        { symbol: 'BTC', action, quantity, price, reasoning: 'followed the plan', occurred_at },
        { owner },
      )
    await log('buy', 2, 100, '2026-01-05')
    await log('sell', 1, 150, '2026-11-02')
    await log('sell', 1, 80, '2026-11-10')
    await log('sell', 1, 80, '2026-11-11')
    await store({
      entry: 'Panic about ETH, moved my stop',
      entry_type: 'reflection',
      occurred_at: '2026-11-16',
    })
    await store({ entry: 'later', occurred_at: '2026-12-01' })
    const answer = await insights(owner, '30d')
    expect(answer).toMatchObject({
      entries_analyzed: 4,
      from: '2026-10-22T12:00:00.000Z',
      to: '2026-11-21T12:00:00.000Z',
    })
    expect(answer.insights).toEqual({
      counts: {
        by_type: [
          { entry_type: 'trade', count: 3 },
          { entry_type: 'reflection', count: 1 },
        ],
        by_symbol: [
          { symbol: 'BTC', count: 3 },
          { symbol: 'ETH', count: 1 },
        ],
        by_week: [
          { week: '2026-W45', monday: '2026-11-02', count: 1 },
          { week: '2026-W46', monday: '2026-11-09', count: 2 },
          { week: '2026-W47', monday: '2026-11-16', count: 1 },
        ],
      },
      mood: {
        entries_with_mood: 1,
        moods: [{ mood: 'fearful', entries: 1, share: 1, words: [{ word: 'panic', count: 1 }] }],
      },
      discipline: {
        score: 75,
        kept: { signs: 3, words: [{ word: 'followed the plan', count: 3 }] },
        broken: { signs: 1, words: [{ word: 'moved my stop', count: 1 }] },
      },
      trend: { direction: 'unknown', earlier: null, later: null, entries: 4 },
      trades: {
        method: expect.stringContaining('first in first out'),
        closed: 2,
        wins: 1,
        losses: 1,
        break_even: 0,
        win_rate: 0.5,
        sales: [
          {
            symbol: 'BTC',
            currency: 'USD',
            sold_at: '2026-11-10T00:00:00.000Z',
            quantity: 1,
            profit: -20,
            return_percent: -20,
          },
          {
            symbol: 'BTC',
            currency: 'USD',
            sold_at: '2026-11-02T00:00:00.000Z',
            quantity: 1,
            profit: 50,
            return_percent: 50,
          },
        ],
        open: [],
        unmatched_sales: 1,
      },
    })
    expect((await insights(owner, 'all')).entries_analyzed).toBe(5)
  })

  test('look at the newest 5,000 and say when there were more', async () => {
    await fillJournal(open(), 'writer', 5_002)
    const answer = await insights('writer', 'all')
    expect(answer).toMatchObject({ entries_analyzed: 5_000, truncated: true, from: null })
    const counted = answer.insights.counts.by_type.reduce(
      (sum: number, { count }: { count: number }) => sum + count,
      0,
    )
    expect(counted).toBe(5_000)
    expect(answer.insights.counts.by_week.length).toBeLessThanOrEqual(53)
  })
})
