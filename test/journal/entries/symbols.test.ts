import { expect, test } from 'bun:test'
import { draftEntry } from '../../../src/modules/journal/entries/draft'
import { findSymbols, normalizeSymbol } from '../../../src/modules/journal/entries/symbols'
import { parseSpan, parseTime, readTime } from '../../../src/modules/journal/entries/time'

test.each<[string, Record<string, unknown>, string[]]>([
  ['Bought 0.1 btc and some Ethereum', {}, ['BTC', 'ETH']],
  ['bitcoin, then BITCOIN again, BTC', {}, ['BTC']],
  ['bitcoin cash is not bitcoin', {}, ['BCH', 'BTC']],
  ['Link in bio: see you near the dot', {}, []],
  ['LINK up, NEAR down, DOT flat', {}, ['LINK', 'NEAR', 'DOT']],
  ['an avalanche of stellar news', {}, []],
  ['Avalanche and Stellar', {}, ['AVAX', 'XLM']],
  ['$PEPE and $xyz, but $500 and $usd', {}, ['PEPE', 'XYZ']],
  ['US$5, $$$', {}, []],
  ['BTC-USDT and ETH/BTC', {}, ['BTC', 'ETH']],
  ['EUR/USD rose', {}, []],
  ['measure xbtc btcfoo', {}, []],
  ['one trade at a time', {}, []],
  ['nothing', { symbol: 'aapl' }, ['AAPL']],
  ['nothing', { positions: [{ ticker: 'eth-usd' }, { asset: '$sol' }] }, ['ETH', 'SOL']],
  ['nothing', { note: 'more dogecoin', symbols: ['MSFT', 'x y'] }, ['DOGE', 'MSFT']],
])('%p with %p speaks of %p', (entry, metadata, symbols) => {
  expect(findSymbols(entry, metadata)).toEqual(symbols)
})

test('symbols are bounded', () => {
  const tickers = Array.from({ length: 80 }, (_, n) => `$A${n}`)
  expect(findSymbols(tickers.join(' '), {})).toHaveLength(50)
})

test.each([
  ['btc', 'BTC'],
  [' $eth-usd ', 'ETH'],
  ['bitcoin', 'BTC'],
  ['a b', undefined],
  ['', undefined],
])('%p asks for %p', (text, symbol) => {
  expect(normalizeSymbol(text)).toBe(symbol)
})

test('older clients put type, tags and time inside metadata', () => {
  const metadata = { entry_type: 'Trade Idea', tags: ['a', 5, 'b'], timestamp: '2026-03-01T10:00:00' }
  const draft = draftEntry({ entry: 'x', metadata })
  expect(draft).toMatchObject({ entry_type: 'trade_idea', tags: ['a', 'b'], metadata })
  expect(draft.occurredAt).toEqual(new Date('2026-03-01T10:00:00Z'))
  const given = { entry: 'x', metadata, entry_type: 'plan', tags: ['c'], occurred_at: '2026-04-01' }
  expect(draftEntry(given)).toMatchObject({
    entry_type: 'plan',
    tags: ['c'],
    occurredAt: new Date('2026-04-01'),
  })
  expect(draftEntry({ entry: 'x', metadata: { entry_type: 7, tags: 'a', timestamp: 'soon' } })).toMatchObject(
    {
      entry_type: 'general',
      tags: [],
      occurredAt: undefined,
    },
  )
})

test('times without a zone are UTC, wherever the server runs', () => {
  expect(parseTime('2026-11-21T09:30', '').toISOString()).toBe('2026-11-21T09:30:00.000Z')
  expect(parseTime('2026-11-21 09:30:00.5', '').toISOString()).toBe('2026-11-21T09:30:00.500Z')
  expect(parseTime('2026-11-21t09:30:00z', '').toISOString()).toBe('2026-11-21T09:30:00.000Z')
  expect(parseTime('2026-11-21T09:30:00+02:00', '').toISOString()).toBe('2026-11-21T07:30:00.000Z')
  expect(() => parseTime('1969-12-31', '/from')).toThrow('1970')
  expect(() => parseTime('2200-01-01', '/from')).toThrow('2199')
  expect(readTime(5)).toBeUndefined()
})

test('a date as the end of a span means the whole day', () => {
  expect(parseSpan({ to: '2026-11-21' }).to?.toISOString()).toBe('2026-11-21T23:59:59.999Z')
  expect(parseSpan({ to: '2026-11-21T00:00' }).to?.toISOString()).toBe('2026-11-21T00:00:00.000Z')
  expect(() => parseSpan({ from: '2026-11-22', to: '2026-11-21' })).toThrow('before')
})
