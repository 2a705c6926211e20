import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createCatalog } from '../../src/platform/mcp/catalog'
import { answerOf, createParts, modern, people, rpc, startMcp, type TestMcp } from './kit'

let server: TestMcp
beforeAll(async () => {
  server = await startMcp()
})
afterAll(() => server.close())

const names = async (response: Promise<Response>) =>
  (await answerOf(response)).result.tools.map((tool: { name: string }) => tool.name)

test('a tool carries everything that an agent needs to choose and call it', async () => {
  const { result } = await answerOf(server.post(rpc('tools/list')))
  expect(result.tools[0]).toEqual({
    name: 'echo',
    title: 'Echo',
    description: 'Gives back the text. Use it to see whether the server answers.',
    inputSchema: {
      type: 'object',
      properties: {
        text: { type: 'string' },
        times: { type: 'integer', minimum: 1, default: 1 },
      },
      required: ['text'],
    },
    outputSchema: {
      type: 'object',
      properties: { text: { type: 'string' }, caller: { type: 'string' } },
    },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  })
  const erase = result.tools.find((tool: { name: string }) => tool.name === 'erase')
  expect(erase.annotations).toEqual({
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: true,
  })
})

test('every output schema is an object', async () => {
  const { result } = await answerOf(server.post(rpc('tools/list')))
  for (const tool of result.tools) expect(tool.outputSchema.type).toBe('object')
})

test('the order is that of declaration, in both eras and on both paths', async () => {
  const all = ['echo', 'erase', 'list_numbers', 'fail', 'wait', 'talk', 'greet']
  expect(await names(server.post(rpc('tools/list')))).toEqual(all)
  expect(await names(server.post(...modern('tools/list')))).toEqual(all)
  expect(await names(server.post(rpc('tools/list', { _meta: { progressToken: 1 } })))).toEqual(all)
})

test('both paths give the same list', async () => {
  const fast = await answerOf(server.post(...modern('tools/list')))
  const slow = await answerOf(server.post(...modern('tools/list', {}, { progressToken: 1 })))
  expect(slow).toEqual(fast)
  expect(fast.result).toMatchObject({ cacheScope: 'private', ttlMs: 60_000, resultType: 'complete' })
})

test('tools outside of the scopes are hidden', async () => {
  expect(await names(server.post(rpc('tools/list'), { authorization: 'Bearer reader' }))).not.toContain(
    'erase',
  )
  expect(await names(server.post(rpc('tools/list'), { authorization: 'Bearer nobody' }))).toEqual(['greet'])
})

test('a module has its own tools and instructions', async () => {
  expect(await names(server.post(rpc('tools/list'), {}, '/other'))).toEqual(['greet', 'whisper'])
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a', version: '1' } }
  const { result } = await answerOf(server.post(rpc('initialize', params), {}, '/other'))
  expect(result.instructions).toContain('The other module.')
  expect(result.instructions).not.toContain('The fixture module.')
  const call = rpc('tools/call', { name: 'echo', arguments: { text: 'a' } })
  expect((await answerOf(server.post(call, {}, '/other'))).error!.code).toBe(-32602)
})

test('an unknown module is not found', async () => {
  const response = await server.post(rpc('tools/list'), {}, '/nonesuch')
  expect(response.status).toBe(404)
  expect((await answerOf(response)).error!.message).toContain('fixture, other')
})

test('an unknown cursor is an invalid parameter', async () => {
  expect((await answerOf(server.post(rpc('tools/list', { cursor: 'x' })))).error!.code).toBe(-32602)
})

test('lists are kept per scope set, whatever its order, and forgotten at a bound', async () => {
  const { parts, release } = await createParts()
  const catalog = createCatalog(parts.dispatcher)
  const as = (...scopes: string[]) => ({ principal: { ...people.reader!, scopes } })
  const first = catalog.list(as('a', 'b'))
  expect(catalog.list(as('b', 'a'))).toBe(first)
  for (let i = 0; i < 300; i++) catalog.list(as(`scope-${i}`))
  expect(catalog.list(as('a', 'b'))).not.toBe(first)
  expect(catalog.list(as('a', 'b'))).toEqual(first)
  await release()
})

test('a page size splits the list, on both paths and in both eras; the first page leads to the rest', async () => {
  const paged = await startMcp([], { settings: { MCP_TOOLS_PAGE_SIZE: 3 } })
  const page = async (request: readonly [unknown, Record<string, string>]) =>
    (await answerOf(paged.post(...request))).result
  const older = (params: object) => [rpc('tools/list', params), {}] as const
  const newer = (params: object) => modern('tools/list', { ...params })
  for (const of of [older, newer]) {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const result = await page(of(cursor === undefined ? {} : { cursor }))
      expect(result.tools.length).toBeLessThanOrEqual(3)
      seen.push(...result.tools.map(({ name }: { name: string }) => name))
      cursor = result.nextCursor
    } while (cursor !== undefined)
    expect(seen).toEqual(await names(server.post(rpc('tools/list'))))
  }
  const [slow, fast] = [await page(older({ _meta: { progressToken: 1 } })), await page(older({}))]
  expect(slow).toEqual(fast)
  await paged.close()
})
