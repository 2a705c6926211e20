import { expect, test } from 'bun:test'
import { extract } from '../../../src/modules/code/parsing/extract'

test('a text of which the parser can make no program has what it could read', async () => {
  const text = [
    'import { b } from "./b"',
    'export function kept() { return b }',
    'export let broken: (v: X) => v is (T & {',
  ]
  const { symbols, references, imports } = await extract('typescript', text.join('\n'))
  expect(symbols.map(({ name }) => name)).toContain('kept')
  expect(imports.map(({ specifier }) => specifier)).toEqual(['./b'])
  expect(references).toContainEqual(
    expect.objectContaining({ name: 'b', line: 2, target: { to: 'binding', index: 0 } }),
  )
})
