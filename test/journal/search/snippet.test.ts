import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { documentOf } from '../../../src/modules/journal/search/document'
import { parseQuery } from '../../../src/modules/journal/search/query'
import { score } from '../../../src/modules/journal/search/rank'
import { snippet } from '../../../src/modules/journal/search/snippet'

const show = (entry: string, query: string, tags: string[] = []) =>
  snippet(entry, documentOf({ entry, tags, symbols: [] }), parseQuery(query))

const rate = (entry: string, query: string) =>
  score(documentOf({ entry, tags: [], symbols: [] }).words, parseQuery(query))

test('matched words are marked as they were written', () => {
  expect(show('I Bought BTC: calm.', 'bought btc')).toBe('I **Bought** **BTC**: calm.')
  expect(show('Mein Zürich-Trade', 'zurich')).toBe('Mein **Zürich**-Trade')
  expect(show('at 45,000.50 sharp', '45000.50')).toBe('at **45,000.50** sharp')
  expect(show('hit the stop loss again', '"stop loss"')).toBe('hit the **stop loss** again')
  expect(show('accumulate, accumulating', 'accum*')).toBe('**accumulate**, **accumulating**')
})

test('lines become one, and what is left out is told', () => {
  const text = `${'before '.repeat(60)}the target\nword ${'after '.repeat(60)}`
  const found = show(text, 'target')
  expect(found).toMatch(/^…before .* the \*\*target\*\* word after .*…$/)
  expect(found.length).toBeLessThan(230)
})

test('the densest stretch is shown', () => {
  const text = `btc ${'filler '.repeat(80)} btc stop loss btc ${'filler '.repeat(80)}`
  expect(show(text, 'btc "stop loss"')).toContain('**btc** **stop loss** **btc**')
})

test('without a match in the text its beginning is shown', () => {
  expect(show('nothing here', 'plan', ['plan'])).toBe('nothing here')
  expect(show(`${'word '.repeat(100)}`, '-btc')).toMatch(/^word .*word…$/)
})

test('nothing but marks and ellipses is added, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 600 }), (noise) => {
      const text = `${noise.replaceAll('*', '')} btc ${noise.replaceAll('*', '')}`
      const plain = show(text, 'btc').replace(/^…|…$/g, '').replaceAll('**', '')
      expect(text.replace(/\s+/g, ' ')).toContain(plain)
      expect(plain.isWellFormed()).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('more mentions, phrases and shorter texts rank higher', () => {
  expect(rate('btc btc plan', 'btc')).toBeGreaterThan(rate('btc eth plan', 'btc'))
  expect(rate('btc plan', 'btc')).toBeGreaterThan(rate(`btc ${'filler '.repeat(200)}`, 'btc'))
  expect(rate('stop loss', '"stop loss"')).toBeGreaterThan(rate('stop loss', 'stop'))
  expect(rate('accumulate', 'accumulate')).toBeGreaterThan(rate('accumulate', 'accum*'))
  expect(rate('anything', '-btc')).toBe(0)
})
