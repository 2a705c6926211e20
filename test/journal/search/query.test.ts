import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { AppError } from '../../../src/core/errors'
import { documentText, matchText } from '../../../src/modules/journal/search/fts5'
import { parseQuery } from '../../../src/modules/journal/search/query'
import { lexemesOf, queryText, vectorText } from '../../../src/modules/journal/search/tsvector'

const wordsOf = (text: string) => {
  const { wanted, unwanted } = parseQuery(text)
  const show = (terms: typeof wanted) =>
    terms.map(({ words, prefix }) => words.join(' ') + (prefix ? '*' : ''))
  return [show(wanted), show(unwanted)]
}

test.each([
  ['btc plan', ['btc', 'plan'], []],
  ['"stop loss" -eth', ['stop loss'], ['eth']],
  ['-"stop loss"', [], ['stop loss']],
  ['accum*', ['accum*'], []],
  ['-accum*', [], ['accum*']],
  ['BTC-USD', ['btc usd'], []],
  ['btc btc BTC', ['btc'], []],
  ['btc-us*', ['btc us*'], []],
  ['"btc us"*', ['btc us*'], []],
  ['"btc us*"', ['btc us*'], []],
  ['-"btc us* " "btc *"', ['btc'], ['btc us*']],
  ['比*', ['比'], []],
  ['- btc', ['btc'], []],
  ['a"b c"d', ['a', 'b c', 'd'], []],
  ['btc AND eth', ['btc', 'and', 'eth'], []],
  ['body:btc OR (x)', ['body btc', 'or', 'x'], []],
  ['don’t', ['don t'], []],
  ['!!! btc', ['btc'], []],
])('%p asks for %p without %p', (text, wanted, unwanted) => {
  expect(wordsOf(text)).toEqual([wanted, unwanted])
})

test.each([
  ['', 'holds no words'],
  ['   ', 'holds no words'],
  ['… !!', 'holds no words'],
  ['"" -""', 'holds no words'],
  ['"open', 'open quote'],
  ['a*', 'too short'],
  [Array.from({ length: 33 }, (_, n) => `w${n}`).join(' '), 'more than 32'],
  [`"${Array.from({ length: 65 }, (_, n) => `w${n}`).join(' ')}"`, 'more than 64 words in all'],
])('%p is refused: %p', (text, reason) => {
  expect(() => parseQuery(text)).toThrow(reason)
  try {
    parseQuery(text)
  } catch (error) {
    expect((error as AppError).kind).toBe('invalid')
    expect((error as AppError).errors![0]!.path).toBe('/query')
  }
})

test('both databases are asked in their own words, with nothing of the text left to mean anything to them', () => {
  const query = parseQuery('btc "stop loss" accum* -eth -"a b"')
  expect(matchText('o1', query, ['t2'])).toBe(
    '("o1§§§t2" AND "o1btc" AND "o1stop o1loss" AND "o1accum"*) NOT "o1eth" NOT "o1a o1b"',
  )
  expect(matchText('o1', parseQuery('-eth'), [])).toBe('("o1§§§") NOT "o1eth"')
  expect(queryText(query, ['t2'])).toBe(
    `'§t2' & '+3f2' & 'btc' & ('stop' <-> 'loss') & 'accum':* & !'eth' & !('a' <-> 'b')`,
  )
  expect(lexemesOf(query, ['t2'])).toEqual([
    `'~§t2'`,
    `'~btc'`,
    `'~+3f2'`,
    `'~stop'`,
    `'~loss'`,
    `'~accum':*`,
    `!'~eth'`,
  ])
  expect(lexemesOf(parseQuery('-eth'), [])).toEqual([])
  const spelled = new Map([
    [query.wanted[2]!, [parseQuery('accumulate').wanted[0]!, parseQuery('accum').wanted[0]!]],
  ])
  expect(matchText('o1', parseQuery('accum*'), [], { spelled: new Map() })).toBe('"o1accum"*')
  expect(matchText('o1', query, [], { spelled })).toContain('("o1accumulate" OR "o1accum")')
})

test('on SQLite a phrase of common words is asked for by its pairs, or of an entry without pairs', () => {
  const isFrequent = (word: string) => word !== 'rare'
  const text = (query: string) => matchText('o', parseQuery(query), [], { isFrequent })
  expect(text('"a b c"')).toBe('("o§§§a§b o§§§b§c" OR ("o§§§¶" AND "oa ob oc"))')
  expect(text('x -"a b"')).toBe('("ox") NOT ("o§§§a§b" OR ("o§§§¶" AND "oa ob"))')
  for (const query of ['"a rare b"', '"a bo"*', 'a']) expect(text(query)).not.toContain('§')
  const words = ['a', 'b', 'c', 'rare', 'd', null, 'a', 'b']
  expect(documentText('o', words, ['t2'], isFrequent)).toBe(
    'o§§§ oa ob oc orare od o¶ oa ob o§§§a§b o§§§b§c o¶ o§§§a§b o§§§t2',
  )
  expect(documentText('o', ['a', 'b'], [])).toBe('o§§§ oa ob o§§§¶')
})

test('of a phrase every pair is asked for, of a last word that may go on those that begin like it', () => {
  const pairs = (text: string) => lexemesOf(parseQuery(text), []).filter((lexeme) => lexeme.includes('+'))
  expect(pairs('"stop loss"')).toEqual(["'~+3f2'"])
  expect(pairs('"stop lo"*')).toEqual(["'~+3f':*"])
  expect(pairs('"stop loss hit"')).toHaveLength(2)
  expect(pairs('"stop loss hi"*')[0]).toBe("'~+3f2'")
  expect(vectorText(['stop', 'loss', null, 'cut'], [])).toBe("'+3f2' 'stop':1 'loss':2 'cut':4")
})

test('no text breaks out of the quotes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      let query: ReturnType<typeof parseQuery>
      try {
        query = parseQuery(text)
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
        return
      }
      for (const { words } of [...query.wanted, ...query.unwanted]) {
        expect(words.join('')).not.toMatch(/["'\\:&|!()<>*\s§¶]/)
      }
    }),
    { numRuns: 500 },
  )
})
