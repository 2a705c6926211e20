import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { documentOf } from '../../../src/modules/journal/search/document'
import { standsAlone, tokenize } from '../../../src/modules/journal/search/tokens'

const words = (text: string) => tokenize(text).map(({ word }) => word)

test.each([
  ['Bought 0.1 BTC', ['bought', '0', '1', 'btc']],
  ['45,000.50 or 45000.50', ['45000', '50', 'or', '45000', '50']],
  ['1,234,567k and 1,23', ['1234567k', 'and', '1', '23']],
  ['$BTC, BTC-USD and BTC/USDT', ['btc', 'btc', 'usd', 'and', 'btc', 'usdt']],
  ["don't", ['don', 't']],
  ['Économie à Zürich', ['economie', 'a', 'zurich']],
  ['e\u0301conomie', ['economie']],
  ['Straße ΟΔΟΣ ﬁne ①', ['strasse', 'οδοσ', 'fine', '1']],
  ['İstanbul', ['istanbul']],
  ['比特币BTC涨', ['比', '特', '币', 'btc', '涨']],
  ['ビットコイン', ['ヒ', 'ッ', 'ト', 'コ', 'イ', 'ン']],
  ['한국어', ['한국어']],
  ['to the moon🚀🚀', ['to', 'the', 'moon', '🚀', '🚀']],
  ['½ share', ['1', '2', 'share']],
  ['snake_case a.b', ['snake', 'case', 'a', 'b']],
  ['!?… — ()', []],
])('%p is cut into %p', (text, expected) => {
  expect(words(text)).toEqual(expected)
})

test('a token points at where it stands', () => {
  const text = 'Zürich: 45,000 比特'
  expect(tokenize(text).map(({ start, end }) => text.slice(start, end))).toEqual([
    'Zürich',
    '45,000',
    '比',
    '特',
  ])
})

test('words are letters and digits in a form that is its own, with plain text cut as any other', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      for (const word of words(text)) {
        expect(word).toMatch(/^(?:[\p{L}\p{N}]+|\p{Extended_Pictographic})$/u)
        expect(words(word).join('')).toBe(word)
      }
      // A character beyond ASCII sends the whole text down the other path.
      expect(words(`${text} é`)).toEqual([...words(text), 'e'])
    }),
    { numRuns: 300 },
  )
})

test('long words are cut alike wherever they stand', () => {
  const word = 'a'.repeat(100)
  expect(words(word)).toEqual(['a'.repeat(64)])
  expect(words(`${word}é`)[0]).toHaveLength(64)
})

test('only scripts without blanks stand alone', () => {
  expect(['比', 'カ', '🚀', 'a', '한'].map(standsAlone)).toEqual([true, true, true, false, false])
})

test('tags and symbols follow the text, and no phrase runs across', () => {
  const { words, tokens } = documentOf({ entry: 'stop here', tags: ['loss cut'], symbols: ['BTC'] })
  expect(words).toEqual(['stop', 'here', null, 'loss', 'cut', null, 'btc'])
  expect(tokens).toHaveLength(2)
})

test('documents stay within what both databases can hold', () => {
  const { words } = documentOf({ entry: 'a b '.repeat(5000), tags: [], symbols: [] })
  expect(words.filter((word) => word === 'a')).toHaveLength(255)
  expect(words).toHaveLength(10_000)
  const ligatures = documentOf({ entry: '\uFDFA'.repeat(10_000), tags: [], symbols: [] })
  expect(ligatures.words.length).toBeLessThanOrEqual(16_000)
})
