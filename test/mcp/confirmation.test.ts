import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { startApp, type TestApp } from '../kit/app'
import { connect, connectNewest } from './app-kit'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.close())
beforeEach(async () => {
  await app.rest('POST', '/api/v1/journal/entries', { entry: 'Something to lose' })
})

type Action = 'accept' | 'decline' | 'cancel'
type Word = { action: Action; content?: Record<string, boolean> } & Record<string, unknown>

const yes: Word = { action: 'accept', content: { confirm: true } }
const capabilities = { elicitation: {} }
const call = { name: 'delete_my_data', arguments: {} }

const left = async () => {
  const answer = await app.tool('get_journal_entries', {})
  return (answer.structuredContent as { total: number }).total
}

/** Clients of both eras whose person gives this word; `asked` holds the questions. */
async function clients(word: Word, key?: string) {
  const asked: string[] = []
  const as = { capabilities, ...(key && { key }) }
  const older = await connect(app, as)
  older.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    asked.push(params.message)
    return word
  })
  const newest = await connectNewest(app, as)
  newest.setRequestHandler('elicitation/create', async ({ params }) => {
    asked.push(params.message)
    return word
  })
  return { asked, both: [older, newest] as const }
}

test('the person’s yes is enough', async () => {
  const { asked, both } = await clients(yes)
  for (const client of both) {
    await app.rest('POST', '/api/v1/journal/entries', { entry: 'Something to lose' })
    const result = await client.callTool(call)
    expect(result.structuredContent).toMatchObject({ success: true })
    expect(await left()).toBe(0)
    await client.close()
  }
  expect(asked).toHaveLength(2)
  expect(asked[0]).toContain('cannot be undone')
})

test.each<[string, Word]>([
  ['a no', { action: 'decline' }],
  ['turning away', { action: 'cancel' }],
  ['an accepted form without the yes', { action: 'accept', content: { confirm: false } }],
])('%s deletes nothing', async (_, word) => {
  const { asked, both } = await clients(word)
  for (const client of both) {
    const result = await client.callTool(call)
    expect(result.isError).toBeTrue()
    expect(JSON.stringify(result.content)).toContain('declined')
    await client.close()
  }
  expect(asked).toHaveLength(2)
  expect(await left()).toBeGreaterThan(0)
})

test('who may not delete is not asked', async () => {
  const key = await app.addKey('tester', 'enterprise', ['journal:read'])
  const { asked, both } = await clients(yes, key)
  for (const client of both) {
    const refused = await client.callTool(call).then(
      () => 'done',
      (error: Error) => `${error.name} ${error.message}`,
    )
    expect(refused).toMatch(/insufficient.?scope/i)
    await client.close()
  }
  expect(asked).toEqual([])
})

test('the argument is enough, and nobody is asked', async () => {
  const { asked, both } = await clients(yes)
  for (const client of both) {
    const result = await client.callTool({ ...call, arguments: { confirm: 'delete everything' } })
    expect(result.isError).toBeFalsy()
    await client.close()
  }
  expect(asked).toEqual([])
})

test('a client that cannot ask is told what to give', async () => {
  const older = await connect(app)
  const newest = await connectNewest(app, { capabilities: { elicitation: { url: {} } } })
  for (const client of [older, newest]) {
    const result = await client.callTool(call)
    expect(result.isError).toBeTrue()
    expect(JSON.stringify(result.content)).toContain('/confirm')
    await client.close()
  }
  expect((await app.tool('delete_my_data', {})).isError).toBeTrue()
  expect(await left()).toBeGreaterThan(0)
})

test('REST still needs the argument', async () => {
  expect((await app.rest('DELETE', '/api/v1/journal/me')).status).toBe(422)
})
