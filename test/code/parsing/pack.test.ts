import { expect, test } from 'bun:test'
import { extract } from '../../../src/modules/code/parsing/extract'
import { noFacts } from '../../../src/modules/code/parsing/facts'
import { packFile, unpackFacts, unpackImports, unpackSymbols } from '../../../src/modules/code/parsing/pack'
import { listDefinitions, packDefinitions } from '../../../src/modules/code/search/piece-definitions'

const text = `import { b } from './b'
/** Opens. */
export class Shop { open(): number { return b + this.count } private count = 1 }
function close() {}`

test('facts are unpacked as they were packed', async () => {
  const facts = await extract('typescript', text)
  const packed = packFile(facts)
  expect(facts.symbols).toHaveLength(4)
  expect(unpackFacts(packed.facts, packed.symbols)).toEqual(facts)
  expect(unpackSymbols(packed.symbols)).toEqual(facts.symbols)
  expect(unpackImports(packed.facts)).toEqual(facts.imports)
  expect(packed).toMatchObject({
    symbolCount: 4,
    definitions: '3:14:Shop\n3:21:open\n3:70:count\n4:10:close',
  })
})

test('what has nothing, or symbols alone, keeps no facts for it', async () => {
  const header = await extract('c', 'int one(void);\n')
  const packed = packFile(header)
  expect(packed.facts).toBeNull()
  expect(unpackFacts(packed.facts, packed.symbols)).toEqual(header)
  expect(header.symbols).toHaveLength(1)
  const nothing = packFile(noFacts)
  expect([nothing.facts, nothing.symbols, unpackImports(nothing.facts)]).toEqual([null, null, []])
  expect(unpackFacts(null, null)).toEqual(noFacts)
})

test('what is cut is cut between characters', async () => {
  const lengths = Array.from({ length: 4 }, (_, n) => n)
  const documented = lengths.map(
    (n) => `/** ${'x'.repeat(n)}${'\u{1f600}'.repeat(150)} */\nexport const d${n} = 1`,
  )
  const signed = lengths.map(
    (n) => `export function s${n}(${'x'.repeat(n)} = '${'\u{1f600}'.repeat(150)}') {}`,
  )
  const { symbols } = await extract('typescript', [...documented, ...signed].join('\n'))
  const cut = symbols.flatMap((symbol) => [symbol.documentation ?? '', symbol.signature ?? ''])
  expect(cut.filter((text) => text.endsWith('…')).length).toBeGreaterThanOrEqual(8)
  expect(cut.every((text) => text.isWellFormed())).toBe(true)
})

test('pieces have the definitions of their own lines', () => {
  const definitions = [
    { name: 'outer', line: 1, column: 7 },
    { name: 'later', line: 25, column: 1 },
    { name: 'a\nb', line: 3, column: 1 },
    { name: 'inner', line: 9, column: 3 },
    { name: 'last', line: 300, column: 1 },
  ]
  const listed = listDefinitions(definitions)
  expect(packDefinitions([1, 10, 20, 30], listed)).toEqual([
    '1:7:outer\n9:3:inner',
    null,
    '25:1:later',
    '300:1:last',
  ])
  expect([packDefinitions([1, 10], ''), packDefinitions([], listed)]).toEqual([[null, null], []])
})
