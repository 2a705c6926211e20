import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { validate } from '../../src/core/validate'
import { problemOf, type Served, serve } from './kit'

let server: Served
beforeAll(async () => {
  server = await serve()
})
afterAll(() => server.close())

const things = '/api/v1/shop/things'

/** The input as the operation saw it. */
async function seen(query: string): Promise<Record<string, unknown>> {
  const response = await server.send(`${things}?${query}`)
  const answer = (await response.json()) as { input: Record<string, unknown> }
  if (!answer.input) throw new Error(JSON.stringify(answer))
  return answer.input
}

describe('a parameter becomes what the schema says', () => {
  const rows: [string, Record<string, unknown>][] = [
    ['', { limit: 20 }],
    ['limit=7', { limit: 7 }],
    ['price=1.5', { limit: 20, price: 1.5 }],
    ['exact=true', { limit: 20, exact: true }],
    ['exact=false', { limit: 20, exact: false }],
    ['tags=a', { limit: 20, tags: ['a'] }],
    ['tags=a,b%20c, d', { limit: 20, tags: ['a', 'b c', 'd'] }],
    ['tags=a%2C1&tags=b', { limit: 20, tags: ['a,1', 'b'] }],
    ['tags=["a,b"]', { limit: 20, tags: ['a,b'] }],
    ['tags=', { limit: 20, tags: [] }],
    ['sizes=1,2', { limit: 20, sizes: [1, 2] }],
    ['sizes=1&sizes=2', { limit: 20, sizes: [1, 2] }],
    ['filter={"a":[1]}', { limit: 20, filter: { a: [1] } }],
    ['colour=blue', { limit: 20, colour: 'blue' }],
    ['since=2026-11-21', { limit: 20, since: '2026-11-21' }],
    ['since=null', { limit: 20, since: null }],
    ['fallback=5', { limit: 20, fallback: 5 }],
    ['fallback=plain+text', { limit: 20, fallback: 'plain text' }],
    ['fallback={"deep":true}', { limit: 20, fallback: { deep: true } }],
  ]
  test.each(rows)('%j', async (query, input) => expect(await seen(query)).toEqual(input))
})

describe('what does not fit is 422 and names the parameter', () => {
  const rows: [string, string][] = [
    ['limit=0', '/limit'],
    ['limit=101', '/limit'],
    ['limit=abc', '/limit'],
    ['limit=', '/limit'],
    ['limit=1.5', '/limit'],
    ['limit=1e999', '/limit'],
    ['limit=0x10', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['exact=1', '/exact'],
    ['exact=TRUE', '/exact'],
    ['price=0', '/price'],
    ['tags=1,2,3,4,5,6', '/tags'],
    ['sizes=1,x', '/sizes/1'],
    ['filter=[1]', '/filter'],
    ['filter={broken', '/filter'],
    ['colour=green', '/colour'],
    ['since=yesterday', '/since'],
    ['unknown=1', '/unknown'],
    ['__proto__=1', '/__proto__'],
    ['constructor=1', '/constructor'],
    ['toString=1', '/toString'],
    ['tags=%00', '/tags/0'],
    ['fallback="%5Cud800"', '/fallback'],
  ]
  test.each(rows)('%j', async (query, path) => {
    const problem = await problemOf(await server.send(`${things}?${query}`))
    expect(problem).toMatchObject({ status: 422, code: 'invalid' })
    expect(problem.errors!.map((error) => error.path)).toContain(path)
  })
})

test('what is absent is told as required, with its choices', () => {
  const side = Type.Union([Type.Literal('buy'), Type.Literal('sell')])
  const schema = Type.Object({
    side,
    lots: Type.Array(Type.Object({ price: Type.Number() })),
    at: Type.String(),
  })
  expect(() => validate(schema, { lots: [{}], at: undefined })).toThrow(
    'The input does not fit: /side is required: one of buy, sell; /lots/0/price is required; /at is required',
  )
  expect(() => validate(schema, { side: 'hold', lots: [], at: '' })).toThrow('/side must be one of buy, sell')
})

test('a refused value is not repeated', async () => {
  const problem = await problemOf(await server.send(`${things}?limit=hunter2`))
  expect(JSON.stringify(problem)).not.toContain('hunter2')
})

test('broken percent-encoding in the path is 400', async () => {
  expect(await problemOf(await server.send(`${things}/%E0%A4%A`))).toMatchObject({ status: 400 })
})

test.each(['%E0%A4%A', '%ff', '100%', '%zz'])(
  'broken percent-encoding in the query is 400: %p',
  async (text) => {
    const problem = await problemOf(await server.send(`${things}?fallback=${text}`))
    expect(problem).toMatchObject({ status: 400, code: 'malformed' })
    expect(await seen(`fallback=${encodeURIComponent(text)}`)).toMatchObject({ fallback: text })
  },
)

test('a path parameter may hold anything that is encoded', async () => {
  const id = 'a/b?c#d%e ü'
  const response = await server.send(`${things}/${encodeURIComponent(id)}`)
  expect(await response.json()).toEqual({ id })
})

test('NUL in a path parameter is 422', async () => {
  expect(await problemOf(await server.send(`${things}/a%00b`))).toMatchObject({ status: 422 })
})

test('GET reads no body', async () => {
  const response = await server.send(`${things}?limit=2`, { headers: { 'content-type': 'application/json' } })
  expect(response.status).toBe(200)
})
