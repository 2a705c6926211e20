import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createSubscription } from '../../src/platform/identity/subscriptions'
import { startApp, type TestApp } from '../kit/app'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app?.close())

test('every other way to an operation does the same and is left out of the document', async () => {
  const others = app.dispatcher.operations.filter(
    ({ module, operation }) => module === 'journal' && operation.rest.also,
  )
  expect(others.map(({ operation }) => operation.name).sort()).toEqual([
    'query_records',
    'search_journal_entries',
    'set_preference',
    'update_journal_entry',
    'update_record',
  ])
  const document = (await (await app.send('/openapi.json')).json()) as { paths: Record<string, object> }
  expect(Object.keys(document.paths['/api/v1/journal/preferences']!)).toEqual(['get'])
})

test('a preference is set by POST, an entry and a record replaced by PUT, searches take a body', async () => {
  const { rest } = app
  expect((await rest('POST', '/api/v1/journal/preferences', { key: 'k', value: 1 })).status).toBe(200)
  expect(await (await rest('GET', '/api/v1/journal/preferences/k')).json()).toMatchObject({ value: 1 })
  const stored = (await (await rest('POST', '/api/v1/journal/entries', { entry: 'draft' })).json()) as {
    entry_id: string
  }
  const changed = await rest('PUT', `/api/v1/journal/entries/${stored.entry_id}`, { entry: 'final words' })
  expect(await changed.json()).toMatchObject({ entry: { entry: 'final words' } })
  const found = await rest('POST', '/api/v1/journal/entries/search', { query: 'final' })
  expect(await found.json()).toMatchObject({ count: 1 })
  await rest('POST', '/api/v1/journal/records', { record_type: 'note', data: { a: 1 } })
  const records = await rest('POST', '/api/v1/journal/records/query', {
    record_type: 'note',
    where: { a: 1 },
  })
  expect(await records.json()).toMatchObject({ count: 1 })
})

test('answers to a subscription in its days of grace say until when it works', async () => {
  const expiresAt = new Date(Date.now() - 24 * 3600 * 1000).toISOString()
  const subscription = { namespace: '', tier: 'premium', expiresAt } as const
  await createSubscription(app.storage.system, {
    ...subscription,
    email: 'late@example.com',
    key: 'fm_sub_late',
  })
  const headers = { 'x-user-email': 'late@example.com', 'x-subscription-key': 'fm_sub_late' }
  const answer = await app.send('/api/v1/journal/entries', { headers })
  expect(answer.status).toBe(200)
  const until = new Date(Date.parse(expiresAt) + 7 * 24 * 3600 * 1000).toISOString()
  expect(answer.headers.get('x-subscription-grace-until')).toBe(until)
  expect((await app.rest('GET', '/api/v1/journal/entries')).headers.has('x-subscription-grace-until')).toBe(
    false,
  )
})
