import { afterAll, expect, test } from 'bun:test'
import { unpackFacts, unpackSymbols } from '../../../src/modules/code/parsing/pack'
import { createPool } from '../../../src/modules/code/parsing/pool'

const never = new AbortController().signal
const real = createPool({ batchLimit: 300_000 })
const crashing = createPool({
  size: 1,
  batchLimit: 1500,
  script: new URL('./crashing-worker.ts', import.meta.url),
})
const growing = createPool({ size: 1, script: new URL('./crashing-worker.ts', import.meta.url) })
afterAll(async () => {
  await real.close()
  await growing.close()
  await crashing.close()
})

const typescript = (path: string, text: string) => ({ path, language: 'typescript', text })
const counts = (results: { referenceCount: number }[]) => results.map(({ referenceCount }) => referenceCount)

test('a worker parses, and answers in order', async () => {
  const results = await real.parse(
    [
      typescript('a.ts', 'export const a = 1'),
      typescript('b.ts', 'import { a } from "./a"\nexport const b = a'),
    ],
    never,
  )
  expect(results.map(({ symbols }) => unpackSymbols(symbols).map(({ name }) => name))).toEqual([['a'], ['b']])
  expect(unpackFacts(results[1]!.facts, null).references).toMatchObject([
    { name: 'a', line: 2, column: 18, role: 'read', target: { to: 'binding', index: 0 }, within: 0 },
  ])
})

test('many batches at once all come back', async () => {
  const results = await Promise.all(
    Array.from({ length: 40 }, (_, n) => real.parse([typescript('a.ts', `export class C${n} {}`)], never)),
  )
  expect(results.map(([result]) => unpackSymbols(result!.symbols)[0]!.name)).toEqual(
    Array.from({ length: 40 }, (_, n) => `C${n}`),
  )
})

test('of a batch that ends its worker only the culprit is lost', async () => {
  const texts = ['one', 'crash', 'three'].map((text) => typescript('a.ts', text))
  expect(counts(await crashing.parse(texts, never))).toEqual([3, 0, 5])
})

test('of a batch that hangs only the culprit is lost', async () => {
  const texts = ['hang', 'four'].map((text) => typescript('a.ts', text))
  expect(counts(await crashing.parse(texts, never))).toEqual([0, 4])
})

test('a worker whose parser has taken much memory is replaced', async () => {
  const batch = async (text: string) => counts(await growing.parse([typescript('a.ts', text)], never))[0]!
  const before = await batch('which batch')
  expect(await batch('which batch')).toBe(before + 1)
  await batch('much memory')
  expect(await batch('which batch')).toBe(1)
})

test('of a batch with a text that takes too much memory only that one is lost', async () => {
  const results = await real.parse(
    [{ path: 'a.go', language: 'go', text: '('.repeat(1_000_000) }, typescript('b.ts', 'export const b = 1')],
    never,
  )
  expect(results.map(({ symbolCount }) => symbolCount)).toEqual([0, 1])
}, 60_000)

test('workers without work end when asked, and the next text has a new one', async () => {
  const pool = createPool({ size: 1, script: new URL('./crashing-worker.ts', import.meta.url) })
  const batch = async () => counts(await pool.parse([typescript('a.ts', 'which batch')], never))[0]!
  expect([await batch(), await batch()]).toEqual([1, 2])
  pool.rest()
  expect(await batch()).toBe(1)
  const running = batch()
  pool.rest()
  expect(await running).toBe(2)
  await pool.close()
})

test('nothing is parsed for a caller that has gone away, or after close', async () => {
  const gone = new AbortController()
  gone.abort(new Error('gone'))
  await expect(real.parse([typescript('a.ts', 'x')], gone.signal)).rejects.toThrow('gone')
  const closed = createPool()
  await closed.close()
  await expect(closed.parse([typescript('a.ts', 'x')], never)).rejects.toThrow('closed')
})

test('odd texts are parsed without harm', async () => {
  const odd = [
    '',
    '\0',
    '\u{1f600}'.repeat(50),
    `${'('.repeat(20_000)}`,
    `${'a+'.repeat(30_000)}a`,
    '\ufeffexport const bom = 1',
  ]
  const results = await real.parse(
    odd.map((text) => typescript('odd.ts', text)),
    never,
  )
  expect(results).toHaveLength(odd.length)
  expect(unpackSymbols(results.at(-1)!.symbols).map(({ name }) => name)).toEqual(['bom'])
}, 300_000)
