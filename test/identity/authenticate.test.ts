import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { createKey } from '../../src/platform/identity/keys'
import { resolveCaller } from '../../src/platform/identity/resolve'
import { sha256Hex } from '../../src/platform/identity/secret'
import { createSubscription } from '../../src/platform/identity/subscriptions'
import { apiKeys } from '../../src/platform/identity/tables'
import { addressLimit } from '../../src/platform/limits/addresses'
import { openSqliteStorage, type TestStorage } from '../kit/storage'
import { bearer, createClock, openRig, refusal, sent, subscribed } from './rig'

const realm = 'Bearer realm="holdfast"'
const scheme = /^Bearer realm="holdfast"(, error="[a-z_]+")?$/

describe('who a request is judged by', () => {
  let ground: TestStorage
  let key: string
  let other: string
  beforeAll(async () => {
    ground = await openSqliteStorage()
    key = (await createKey(ground.storage.system, { userId: 'ada', tier: 'free' })).key
    other = (await createKey(ground.storage.system, { userId: 'grace', tier: 'free' })).key
  })
  afterAll(() => ground?.close())
  const open = () => openRig(ground.storage)

  test.each([
    ['nothing', {}, 'AUTH_MISSING_KEY'],
    ['empty headers', { 'x-api-key': ' ', authorization: '' }, 'AUTH_MISSING_KEY'],
    ['another scheme', { authorization: 'Basic YWRhOnB3' }, 'AUTH_INVALID_HEADER'],
    ['a scheme without a key', { authorization: 'Bearer' }, 'AUTH_INVALID_HEADER'],
    ['two words', { authorization: 'Bearer one two' }, 'AUTH_INVALID_HEADER'],
    ['a key without its scheme', { authorization: 'kota_free_x' }, 'AUTH_INVALID_HEADER'],
    ['an unknown key', { authorization: 'Bearer kota_free_x' }, 'AUTH_INVALID_KEY'],
    ['control characters', { 'x-api-key': 'a\u0001b' }, 'AUTH_INVALID_KEY'],
    ['16 KB of key', { 'x-api-key': 'k'.repeat(16_384) }, 'AUTH_INVALID_KEY'],
  ])('%s: 401 with a challenge', async (_, headers, code) => {
    const { identity } = open()
    const error = await refusal(identity.authenticate(sent(headers as unknown as Record<string, string>)))
    expect(error).toMatchObject({ kind: 'unauthorized', code })
    expect(error.headers['WWW-Authenticate']).toMatch(scheme)
    if (code === 'AUTH_MISSING_KEY') expect(error.headers['WWW-Authenticate']).toBe(realm)
  })

  test('Authorization counts before X-API-Key, and a bad one is not made good by the next', async () => {
    const { identity } = open()
    const both = { authorization: `Bearer ${key}`, 'x-api-key': other }
    expect((await identity.authenticate(sent(both))).id).toBe('ada')
    const bad = { authorization: 'Bearer kota_free_x', 'x-api-key': other }
    expect(await refusal(identity.authenticate(sent(bad)))).toMatchObject({ code: 'AUTH_INVALID_KEY' })
  })

  test('a key is recognized once it was checked, in the headers that clients send', async () => {
    const { identity, clock } = open()
    const seen = (headers: Record<string, string>) => identity.recognize(sent(headers))?.id
    expect(seen({ authorization: `Bearer ${key}` })).toBeUndefined()
    await identity.authenticate(bearer(key))
    expect(seen({ authorization: `Bearer ${key}` })).toBe('ada')
    expect(seen({ 'x-api-key': key })).toBe('ada')
    const wrong = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`
    for (const headers of [
      { authorization: `Bearer ${wrong}` },
      { authorization: `Bearer ${key}x` },
      { authorization: `bearer  ${key}` },
      { authorization: 'Basic YWRhOnB3', 'x-api-key': key },
      { authorization: `Bearer ${other}` },
      {},
    ] as Record<string, string>[])
      expect(seen(headers)).toBeUndefined()
    clock.advance(4001)
    expect(seen({ authorization: `Bearer ${key}` })).toBeUndefined()
  })

  test('a key of other signs than a token has counts in X-API-Key alone, however often it came', async () => {
    const { identity } = open()
    const odd = 'my key! one'
    const { id } = await createKey(ground.storage.system, { userId: 'eve', tier: 'free' })
    await ground.storage.system.write((tx) =>
      tx
        .update(apiKeys.on('sqlite'))
        .set({ hash: sha256Hex(odd) })
        .where(eq(apiKeys.on('sqlite').id, id)),
    )
    for (let time = 0; time < 2; time++) {
      expect((await identity.authenticate(sent({ 'x-api-key': odd }))).id).toBe('eve')
      expect(identity.recognize(sent({ authorization: `Bearer ${odd}` }))).toBeUndefined()
      expect(await refusal(identity.authenticate(sent({ authorization: `Bearer ${odd}` })))).toMatchObject({
        code: 'AUTH_INVALID_HEADER',
      })
    }
  })

  test('a proxy’s own Authorization leaves room for X-API-Key', async () => {
    const { identity } = open()
    const headers = { authorization: 'Basic cHJveHk6cHJveHk=', 'x-api-key': key }
    expect((await identity.authenticate(sent(headers))).id).toBe('ada')
  })

  test('optional access tells why the credential was refused', async () => {
    const { identity } = open()
    const caller = (headers: Record<string, string>) => resolveCaller(identity, sent(headers), 'optional')
    expect(await caller({})).toMatchObject({
      id: 'anonymous',
      kind: 'anonymous',
      scopes: [],
      refusal: { code: 'AUTH_MISSING_KEY' },
    })
    expect(await caller({ 'x-api-key': 'wrong' })).toMatchObject({ refusal: { code: 'AUTH_INVALID_KEY' } })
    expect(await caller({ 'x-api-key': key })).toMatchObject({ id: 'ada', kind: 'key' })
    expect(await refusal(caller({ 'x-user-email': 'ada@example.com' }))).toMatchObject({ kind: 'malformed' })
    expect(await refusal(resolveCaller(identity, sent({}), 'required'))).toMatchObject({
      code: 'AUTH_MISSING_KEY',
    })
  })

  test('any headers at all are refused with an answer of ours', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({ unit: 'binary', maxLength: 80 }).map((rest) => `Bearer ${rest}`),
      fc.constantFrom(
        'a.b.c',
        'Bearer eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwOi8vMTI3LjAuMC4xOjEifQ.x',
        `fm_sub_${'a'.repeat(9)}`,
        'ada@example.com',
        `mcp_metrics_${'a'.repeat(43)}`,
      ),
      fc.uuid().map((id) => `Bearer kota_free_${id}_${'a'.repeat(64)}`),
    )
    const names = ['authorization', 'x-api-key', 'x-user-email', 'x-subscription-key']
    const { identity } = openRig(ground.storage, {
      config: {
        SUPABASE_URL: 'http://127.0.0.1:1',
        OAUTH_ISSUER: 'http://127.0.0.1:1',
        PUBLIC_URL: 'https://mcp.example.com',
      },
    })
    const headers = fc.dictionary(fc.constantFrom(...names), text, { noNullPrototype: true })
    await fc.assert(
      fc.asyncProperty(headers, async (some) => {
        const error = await refusal(identity.authenticate(sent(some)))
        expect(['unauthorized', 'malformed', 'unavailable']).toContain(error.kind)
      }),
      { numRuns: 500 },
    )
  })

  test('too many failures from one address are throttled, those who were good there before go on', async () => {
    const { identity, clock } = open()
    const address = '198.51.100.7'
    await identity.authenticate(bearer(key, address))
    for (let attempt = 0; attempt < addressLimit; attempt++) {
      expect(await refusal(identity.authenticate(bearer(`wrong-${attempt}`, address)))).toMatchObject({
        code: 'AUTH_INVALID_KEY',
      })
    }
    const late = await refusal(identity.authenticate(bearer('wrong', address)))
    expect(late).toMatchObject({ kind: 'rate_limited' })
    expect(late.retryAfter).toBeGreaterThan(0)
    expect((await identity.authenticate(bearer(key, address))).id).toBe('ada')
    expect((await identity.authenticate(bearer(other, '198.51.100.8'))).id).toBe('grace')
    // 256 random bits cannot be guessed: a good key is good behind a throttled address too.
    expect((await identity.authenticate(bearer(other, address))).id).toBe('grace')
    expect(await refusal(identity.authenticate(sent({}, address)))).toMatchObject({ kind: 'rate_limited' })
    clock.advance(61_000)
    expect((await identity.authenticate(bearer(other, address))).id).toBe('grace')
  })

  test('a throttled address cannot keep the database busy; its good keys, new ones too, still get in', async () => {
    let queries = 0
    const { system } = ground.storage
    const read: typeof system.read = (work) => {
      queries++
      return system.read(work)
    }
    const clock = createClock()
    const { identity } = openRig({ ...ground.storage, system: { ...system, read } }, { clock })
    const address = '198.51.100.20'
    await identity.authenticate(bearer(key, address))
    const invented = () => `kota_free_${crypto.randomUUID()}_${'a'.repeat(64)}`
    const outcome = (text: string) =>
      identity.authenticate(bearer(text, address)).then(
        ({ id }) => id,
        ({ kind }) => kind,
      )
    for (let attempt = 0; attempt <= addressLimit; attempt++) await outcome(invented())
    queries = 0
    const altered = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`
    for (let attempt = 0; attempt < 50; attempt++) {
      expect(await outcome(attempt % 2 ? invented() : altered)).toBe('rate_limited')
    }
    expect(queries).toBe(0)
    clock.advance(10_000)
    expect(await outcome(key)).toBe('ada')
    expect(await outcome(other)).toBe('grace')
    queries = 0
    for (let second = 0; second < 5; second++) {
      for (let attempt = 0; attempt < 10; attempt++) expect(await outcome(invented())).toBe('rate_limited')
      clock.advance(1000)
    }
    expect(queries).toBeLessThanOrEqual(5)
  })

  test('a guess that is right comes too late once the address is throttled', async () => {
    const { identity } = open()
    const email = 'guessed@example.com'
    await createSubscription(ground.storage.system, {
      email,
      namespace: '',
      tier: 'free',
      key: `fm_sub_${addressLimit + 1}`,
    })
    const outcomes = []
    for (let guess = 0; guess < addressLimit + 40; guess++) {
      const attempt = identity.authenticate(subscribed(email, `fm_sub_${guess}`, '198.51.100.9'))
      outcomes.push(
        await attempt.then(
          () => 'in',
          ({ kind }) => kind,
        ),
      )
    }
    expect(outcomes.filter((outcome) => outcome === 'unauthorized')).toHaveLength(addressLimit)
    expect(outcomes).not.toContain('in')
  })

  test('a clock that is set back does not make the wait of a throttled address longer', async () => {
    const { identity, clock } = open()
    const guess = () =>
      refusal(identity.authenticate(subscribed('none@example.com', 'fm_sub_x', '198.51.100.10')))
    for (let attempt = 0; attempt <= addressLimit; attempt++) await guess()
    expect(await guess()).toMatchObject({ kind: 'rate_limited' })
    clock.advance(-86_400_000)
    expect(await guess()).toMatchObject({ kind: 'unauthorized' })
  })

  test('one network of IPv6 addresses is throttled together', async () => {
    const { identity } = open()
    const outcomes = []
    for (let attempt = 0; attempt < addressLimit + 10; attempt++) {
      const error = await refusal(
        identity.authenticate(bearer('wrong', `2001:db8:1:2::${attempt.toString(16)}`)),
      )
      outcomes.push(error.kind)
    }
    expect(outcomes.slice(addressLimit)).toEqual(Array(10).fill('rate_limited'))
  })
})
