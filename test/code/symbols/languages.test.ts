import { expect, test } from 'bun:test'
import { extract } from '../../../src/modules/code/parsing/extract'
import { grammars } from '../../../src/modules/code/parsing/grammars'
import { scanners } from '../../../src/modules/code/parsing/scanners'
import { samples } from './samples'

test('there is a sample for every language that is parsed', () => {
  expect(Object.keys(samples).sort()).toEqual([...Object.keys(grammars), ...Object.keys(scanners)].sort())
})

test.each(Object.keys(samples))('%s: what it defines', async (language) => {
  const { symbols } = await extract(language, samples[language]!.text)
  const shown = symbols.map(
    ({ line, kind, container, name, exported }) =>
      `${line} ${kind} ${container === undefined ? '' : `${container}.`}${name}${exported ? '+' : ''}`,
  )
  expect(shown).toEqual(samples[language]!.symbols)
})

test('sql: dots in quotes part no names, and a script against the reader is read in its length', async () => {
  const { symbols } = await extract(
    'sql',
    'create table "a.b".[c d].`e`(x int);\ncreate view plain\nas select 1',
  )
  expect(symbols.map(({ name, container, endLine }) => [name, container, endLine])).toEqual([
    ['e', 'c d', 1],
    ['plain', undefined, 3],
  ])
  // Each of these took minutes when names, comments or ends of statements were looked for again from every place.
  const hostile = ['"a"."b"'.padEnd(400_000, '."c"'), '/*'.repeat(200_000), '\ncreate table t'.repeat(30_000)]
  for (const text of hostile) await extract('sql', `create table ${text}`)
})
