import { expect, test } from 'bun:test'
import { weekOf } from '../../../src/modules/journal/insights/counts'
import { readEntry } from '../../../src/modules/journal/insights/reading'
import { pairTrades, type Trade } from '../../../src/modules/journal/insights/trades'
import { trendOf } from '../../../src/modules/journal/insights/trend'

const read = (entry: string, at = new Date(0)) => readEntry({ entry, occurred_at: at })
const moods = (entry: string) => [...read(entry).moods.keys()]

test.each<[string, string[]]>([
  ['I was calm and sure of it', ['calm', 'confident']],
  ['measure the certainty of pressure', []],
  ['not sure at all', []],
  ['no fear today', []],
  ["I can't sleep, so worried", ['anxious']],
  ['FOMO! Afraid of missing out', ['fearful', 'greedy']],
  ['Research on Uncertain assets', []],
  ['I should have sold; what a regret', ['regretful']],
  ['went all in', ['greedy']],
  ['all in all a fine day', []],
])('%p speaks of %p', (entry, expected) => {
  expect(moods(entry)).toEqual(expected)
})

test.each<[string, string[], string[]]>([
  ['Followed the plan and waited for the retest', ['followed the plan', 'waited for the retest'], []],
  ["I didn't follow my plan", [], ['not follow my plan']],
  ['no fomo, never chased the price', ['not fomo', 'not chased the price'], []],
  [
    'Revenge trading, moved my stop, without a plan',
    [],
    ['revenge trading', 'moved my stop', 'without a plan'],
  ],
  ['the plan is a plan', [], []],
])('%p kept %p and broke %p', (entry, kept, broken) => {
  const reading = read(entry)
  expect([reading.kept, reading.broken]).toEqual([kept, broken])
})

test('the trend looks from old to new, whatever order entries come in', () => {
  const day = 86_400_000
  const bad = [0, 1, 2, 3].map((n) => read('panic and fomo', new Date(n * day)))
  const good = [4, 5, 6, 7].map((n) => read('calm, followed the plan', new Date(n * day)))
  expect(trendOf([...good, ...bad])).toMatchObject({
    direction: 'improving',
    earlier: -1,
    later: 1,
    entries: 8,
  })
  expect(trendOf([...bad, ...good])).toMatchObject({ direction: 'improving' })
  const worse = [
    ...good.map((r, n) => ({ ...r, at: new Date(n) })),
    ...bad.map((r, n) => ({ ...r, at: new Date(n + 10) })),
  ]
  expect(trendOf(worse)).toMatchObject({ direction: 'declining' })
  expect(trendOf(good)).toMatchObject({ direction: 'unknown', entries: 4 })
  expect(trendOf([...good, ...good])).toMatchObject({ direction: 'steady' })
})

const trade = (
  action: 'buy' | 'sell',
  quantity: number,
  price: number,
  n: number,
  symbol = 'BTC',
): Trade => ({
  symbol,
  currency: 'USD',
  action,
  quantity,
  price,
  at: new Date(n),
})

test('sales are paired with purchases first in, first out', () => {
  const { closed, open, unmatched } = pairTrades([
    trade('sell', 3, 30, 5),
    trade('buy', 2, 10, 1),
    trade('buy', 2, 20, 2),
    trade('buy', 5, 1, 3, 'ETH'),
    trade('sell', 2, 15, 6),
    trade('sell', 1, 1, 0, 'SOL'),
  ])
  expect(closed).toEqual([
    { symbol: 'BTC', currency: 'USD', sold_at: new Date(5), quantity: 3, profit: 90 - 40, cost: 40 },
    { symbol: 'BTC', currency: 'USD', sold_at: new Date(6), quantity: 1, profit: 15 - 20, cost: 20 },
  ])
  expect(open).toEqual([{ symbol: 'ETH', currency: 'USD', quantity: 5 }])
  expect(unmatched).toEqual([new Date(0), new Date(6)])
})

test('what floating point leaves over is no position', () => {
  const buys = Array.from({ length: 10 }, (_, n) => trade('buy', 0.1, 1, n))
  const { open, closed, unmatched } = pairTrades([...buys, trade('sell', 1, 2, 99)])
  expect(open).toEqual([])
  expect(unmatched).toEqual([])
  expect(closed[0]!.profit).toBeCloseTo(1, 9)
})

test.each([
  ['2026-11-16', '2026-W47'],
  ['2025-12-29', '2026-W01'],
  ['2020-12-28', '2020-W53'],
  ['2024-01-01', '2024-W01'],
])('the week that begins on %s is %s', (monday, week) => {
  expect(weekOf(new Date(monday))).toBe(week)
})
