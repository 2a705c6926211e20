import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { TSchema } from '@sinclair/typebox'
import { fits, validate } from '../src/core/validate'
import { startApp, type TestApp } from './kit/app'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app?.close())

const operations = () => app.dispatcher.operations.map(({ operation }) => operation)

test('every operation tells an agent what it does, in a few words, and carries what its annotations need', () => {
  for (const { name, title, description, hints, rest } of operations()) {
    expect([name, title.length > 3 && title.length <= 60]).toEqual([name, true])
    expect([name, description.length >= 20 && description.length <= 400]).toEqual([name, true])
    expect([name, rest.method === 'GET']).toEqual([name, rest.method === 'GET' && hints?.readOnly === true])
  }
})

test('inputs are closed objects, and so are outputs at the top', () => {
  for (const { name, input, output } of operations()) {
    expect([name, input.additionalProperties]).toEqual([name, false])
    expect([name, (output as TSchema).additionalProperties]).toEqual([name, false])
  }
})

test('every array and text of an input is bounded', () => {
  for (const { name, input } of operations()) {
    for (const path of unbounded(input, '')) throw new Error(`${name}${path} has no upper bound`)
  }
})

test('examples fit their schemas', () => {
  for (const { name, input, output, examples = [] } of operations()) {
    for (const example of examples) {
      expect(() => validate(input, example.input)).not.toThrow()
      if (example.output !== undefined) expect([name, fits(output, example.output)]).toEqual([name, true])
    }
  }
})

/** Paths of texts without maxLength, pattern, format or choices, and of arrays without maxItems. */
function unbounded(schema: TSchema, path: string): string[] {
  if (schema.anyOf) return schema.anyOf.flatMap((option: TSchema) => unbounded(option, path))
  if (schema.type === 'string') return isBoundedText(schema) ? [] : [path]
  if (schema.type === 'array')
    return [...('maxItems' in schema ? [] : [path]), ...unbounded(schema.items, `${path}/0`)]
  const properties = Object.entries((schema.properties ?? {}) as Record<string, TSchema>)
  return properties.flatMap(([name, property]) => unbounded(property, `${path}/${name}`))
}

const isBoundedText = (schema: TSchema) =>
  ['maxLength', 'pattern', 'format', 'enum', 'const'].some((keyword) => keyword in schema)

test('the list that MCP clients get by default stays within 12,000 tokens, four characters a token', async () => {
  const headers = { authorization: `Bearer ${app.key}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
  const response = await app.send('/mcp', { method: 'POST', headers, body })
  const { tools } = ((await response.json()) as { result: { tools: { name: string }[] } }).result
  const tokens = (listed: unknown) => Math.ceil(JSON.stringify(listed).length / 4)
  const shares = app.dispatcher.mounted.map(({ module, operations }) => {
    const mine = tools.filter(({ name }) => operations.some((operation) => operation.name === name))
    return `${module}: ${mine.length} tools, ${tokens(mine)} tokens`
  })
  const advice = `declare rarely needed tools with listed: 'module', shorten descriptions (${shares.join('; ')})`
  console.log(`tools/list: about ${tokens(tools)} tokens (${shares.join('; ')})`)
  expect([tokens(tools) <= 12_000, advice]).toEqual([true, advice])
})
