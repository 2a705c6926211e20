import { beforeAll, expect, test } from 'bun:test'
import { insertEntries } from '../../../src/modules/journal/entries/rows'
import { updateTotals } from '../../../src/modules/journal/entries/totals'
import { cancelSubscription, createSubscription } from '../../../src/platform/identity/subscriptions'
import type { TestApp } from '../../kit/app'
import { eachDatabase } from '../../kit/databases'

interface Document {
  // biome-ignore lint/suspicious/noExplicitAny: the document's own shape
  paths: Record<string, Record<string, { responses: Record<string, any> }>>
}

eachDatabase('the older paths', (app) => {
  let person: Person
  beforeAll(async () => {
    person = await subscribe(app(), 'trader@example.com')
  })

  test('store an entry', async () => {
    const answer = await send(app(), person, 'POST', '/store_journal_entry', {
      entry: 'Bought 0.1 BTC',
      metadata: { mood: 'calm' },
    })
    expect(answer).toEqual({
      status: 200,
      body: { success: true, entry_id: expect.any(String), message: 'Journal entry stored successfully' },
    })
  })

  test('list entries in their old shape', async () => {
    const lister = await subscribe(app(), 'lister@example.com')
    const metadata = { entry_type: 'trade', tags: ['btc', 'plan'], symbol: 'BTC', mood: 'calm' }
    await send(app(), lister, 'POST', '/store_journal_entry', { entry: 'First', extra: true, metadata: null })
    await send(app(), lister, 'POST', '/store_journal_entry', { entry: 'Second', metadata })
    const { status, body } = await send(app(), lister, 'GET', '/get_journal_entries')
    expect(status).toBe(200)
    expect(body).toMatchObject({ success: true, count: 2, total: 2 })
    expect(body.entries[0]).toEqual({
      id: expect.any(String),
      user_id: lister.owner,
      entry: 'Second',
      entry_type: 'trade',
      tags: ['btc', 'plan'],
      metadata,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    })
    const texts = async (query: string) =>
      (await send(app(), lister, 'GET', `/get_journal_entries?${query}`)).body.entries.map(
        (entry: { entry: string }) => entry.entry,
      )
    expect(await texts('limit=1')).toEqual(['Second'])
    expect(await texts('limit=1&offset=1')).toEqual(['First'])
    expect(await texts('entry_type=general')).toEqual(['First'])
    expect(await texts('entry_type=&unknown=1')).toEqual(['Second', 'First'])
  })

  test('tell figures', async () => {
    const { status, body } = await send(app(), person, 'GET', '/user_stats')
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual([
      'success',
      'user_id_hash',
      'email_hash',
      'tier',
      'storage',
      'rate_limits',
      'timestamp',
    ])
    expect(body).toMatchObject({
      success: true,
      tier: 'premium',
      user_id_hash: person.owner.slice(0, 8),
      email_hash: person.owner.slice(0, 8),
    })
    expect(JSON.stringify(body)).not.toContain('trader')
  })

  test('check a subscription, whatever the body', async () => {
    for (const given of [undefined, '{"broken', { email: 'x' }]) {
      expect(await send(app(), person, 'POST', '/validate_subscription', given)).toEqual({
        status: 200,
        body: { success: true, valid: true, tier: 'premium', user_id: `${person.owner.slice(0, 16)}...` },
      })
    }
  })

  test('a bad subscription is told, not refused, where it is asked about', async () => {
    const ended = await subscribe(app(), 'ended@example.com')
    await cancelSubscription(app().storage.system, { email: ended.email, namespace: '' })
    app().identity.forget({ owner: ended.owner })
    const wrong: Person[] = [
      ended,
      { ...person, key: 'fm_sub_abc123' },
      { ...person, email: 'other@example.com' },
      { ...person, email: 'no address' },
    ]
    for (const one of wrong) {
      const { status, body } = await send(app(), one, 'POST', '/validate_subscription')
      expect({ status, ...body }).toEqual({
        status: 200,
        success: false,
        valid: false,
        error: expect.any(String),
      })
      expect(body.error).not.toContain(one.key)
    }
  })

  test.each([
    ['POST', '/store_journal_entry', { entry: 'x' }],
    ['GET', '/get_journal_entries', undefined],
    ['GET', '/user_stats', undefined],
    ['POST', '/validate_subscription', undefined],
  ])('%s %s wants both headers', async (method, path, body) => {
    const detail = 'Missing required headers: X-User-Email and X-Subscription-Key'
    const nobody = { email: '', key: '' }
    for (const one of [nobody, { ...nobody, email: 'trader@example.com' }, { ...nobody, key: person.key }]) {
      const answer = await send(app(), one, method, path, body)
      expect(answer).toEqual({ status: 400, body: { detail } })
    }
  })

  test.each([
    ['POST', '/store_journal_entry', { entry: 'x' }],
    ['GET', '/get_journal_entries', undefined],
    ['GET', '/user_stats', undefined],
  ])('%s %s refuses a bad subscription with 400 and its detail alone', async (method, path, given) => {
    const document = (await (await app().send('/openapi.json')).json()) as Document
    const { responses } = document.paths[path]![method.toLowerCase()]!
    expect(responses['400'].content['application/json'].schema.required).toEqual(['detail'])
    const { status, body } = await send(app(), { ...person, key: 'fm_sub_wrong' }, method, path, given)
    expect({ status, ...body }).toEqual({ status: 400, detail: expect.stringContaining('not valid') })
  })

  test.each([
    ['an empty entry', { entry: '' }, 400, 'Entry content is required'],
    ['blanks', { entry: ' \n ' }, 400, 'Entry content is required'],
    ['no entry', {}, 400, 'Entry content is required'],
    ['a number', { entry: 5 }, 422, '/entry'],
    ['a list', [], 422, 'object'],
    ['broken JSON', '{"entry": ', 400, 'not valid JSON'],
    ['metadata that is text', { entry: 'x', metadata: 'y' }, 422, '/metadata'],
    ['a very long entry', { entry: 'x'.repeat(10_001) }, 422, '10000'],
    ['a secret', { entry: 'organizations/a1/apiKeys/b2' }, 422, 'nothing was stored'],
    [
      'deep JSON',
      `{"entry": "x", "metadata": {"a": ${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
      422,
      'deep',
    ],
  ])('%s is refused', async (_, given, status, text) => {
    const answer = await send(app(), person, 'POST', '/store_journal_entry', given)
    expect(answer).toEqual({ status, body: { detail: expect.stringContaining(text) } })
  })

  test.each(['limit=abc', 'limit=0', 'limit=101', 'limit=1.5', 'offset=-1', 'entry_type=No%20Type'])(
    '?%s is refused',
    async (query) => {
      const answer = await send(app(), person, 'GET', `/get_journal_entries?${query}`)
      expect(answer).toEqual({ status: 422, body: { detail: expect.any(String) } })
    },
  )

  test('a used-up quota is 429 with the time to wait', async () => {
    const hasty = await subscribe(app(), 'hasty@example.com', 'free')
    const answers = []
    for (let at = 0; at < 21; at++) answers.push(await send(app(), hasty, 'GET', '/get_journal_entries'))
    expect(answers.slice(0, 20).every(({ status }) => status === 200)).toBe(true)
    const response = await request(app(), hasty, 'GET', '/get_journal_entries')
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await response.json()).toEqual({
      detail: expect.stringMatching(/^Rate limit exceeded: tier FREE/),
    })
    expect((await send(app(), hasty, 'GET', '/user_stats')).status).toBe(200)
  })

  test('a tier that is full is told so', async () => {
    const full = await subscribe(app(), 'full@example.com', 'free')
    const lines = Array.from({ length: 100 }, (_, at) => ({ entry: `Entry ${at}` }))
    const at = new Date()
    await app()
      .storage.as(full.owner)
      .write(async (tx) => {
        const rows = lines.map(({ entry }) => ({
          id: Bun.randomUUIDv7(),
          owner: full.owner,
          entry,
          entry_type: 'general',
          tags: [],
          symbols: [],
          metadata: {},
          occurred_at: at,
          created_at: at,
          updated_at: at,
          client_id: null,
        }))
        await updateTotals(tx, full.owner, { added: rows })
        await insertEntries(tx, full.owner, rows)
      })
    const answer = await send(app(), full, 'POST', '/store_journal_entry', { entry: 'One more' })
    expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringContaining('100') } })
    expect((await send(app(), full, 'GET', '/get_journal_entries')).body.total).toBe(100)
  })

  test('an API key works too, and its entries are its own', async () => {
    const key = await app().addKey('keyed')
    const headers = { authorization: `Bearer ${key}` }
    const stored = await app().send('/store_journal_entry', {
      method: 'POST',
      headers,
      body: '{"entry":"By key"}',
    })
    expect(stored.status).toBe(200)
    const listed = (await (await app().send('/get_journal_entries', { headers })).json()) as { total: number }
    expect(listed.total).toBe(1)
    const wrong = await app().send('/get_journal_entries', { headers: { authorization: `Bearer ${key}x` } })
    expect(wrong.status).toBe(401)
  })
})

interface Person {
  email: string
  key: string
  owner: string
}

async function subscribe(app: TestApp, email: string, tier: 'free' | 'premium' = 'premium'): Promise<Person> {
  const { key, user_id } = await createSubscription(app.storage.system, { email, tier, namespace: '' })
  return { email, key, owner: user_id }
}

type Sender = Pick<Person, 'email' | 'key'>

function request(
  app: TestApp,
  { email, key }: Sender,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  const headers: Record<string, string> = {}
  if (email) headers['X-User-Email'] = email
  if (key) headers['X-Subscription-Key'] = key
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  return app.send(path, { method, headers, body: text as string | undefined })
}

async function send(app: TestApp, one: Sender, method: string, path: string, body?: unknown) {
  const response = await request(app, one, method, path, body)
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
  return { status: response.status, body: (await response.json()) as any }
}
