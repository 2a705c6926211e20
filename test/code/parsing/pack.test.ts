import { expect, test } from 'bun:test'
import { extract } from '../../../src/modules/code/parsing/extract'
import { packFacts, packSymbols, unpackFacts, unpackImports } from '../../../src/modules/code/parsing/pack'

const text = `import { b } from './b'
/** Opens. */
export class Shop { open(): number { return b + this.count } private count = 1 }
function close() {}`

test('facts are unpacked as they were packed', async () => {
  const facts = await extract('typescript', text)
  const packed = packFacts(facts, packSymbols(facts.symbols))
  expect(facts.symbols).toHaveLength(4)
  expect(unpackFacts(packed)).toEqual(facts)
  expect(unpackImports(packed)).toEqual(facts.imports)
})

test('facts that an older version has packed, in one line and with symbols as objects, are unpacked too', async () => {
  const facts = await extract('typescript', text)
  const packed = packFacts(facts, JSON.stringify(facts.symbols))
  const [imports, rest] = Bun.zstdDecompressSync(packed).toString().split('\n') as [string, string]
  const older = Bun.zstdCompressSync(`{"imports":${imports},${rest.slice(1)}`)
  expect(unpackFacts(older)).toEqual(facts)
  expect(unpackImports(older)).toEqual(facts.imports)
})
