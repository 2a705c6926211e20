import { afterAll, expect, test } from 'bun:test'
import { verifyAudit } from '../../src/platform/audit/verify'
import {
  cancelSubscription,
  createSubscription,
  listSubscriptions,
  updateSubscription,
} from '../../src/platform/identity/subscriptions'
import type { Storage } from '../../src/platform/storage/storage'
import { eachStorage } from '../kit/storage'
import { createClock, dumpRows, openRig, refusal, sent, subscribed } from './rig'

const day = 86_400_000
const invalidKey = { kind: 'unauthorized', code: 'AUTH_INVALID_KEY' }
let people = 0
/** A new person's address. */
const person = () => `person${people++}@example.com`

eachStorage('subscriptions', (open, ground) => {
  const opened: Storage[] = []
  const elsewhere = async () => {
    const storage = await ground().again()
    opened.push(storage)
    return storage
  }
  afterAll(() => Promise.all(opened.map((storage) => storage.close())))

  const rig = (clock = createClock()) => openRig(open(), { clock })
  const subscribe = (email: string, input = {}) =>
    createSubscription(open().system, { email, namespace: '', tier: 'premium', ...input })

  test('email and key together open the subscription', async () => {
    const { identity } = rig()
    const { key, user_id } = await subscribe('Grace.Hopper+navy@gmail.com')
    expect(key).toMatch(/^fm_sub_[A-Za-z0-9_-]{43}$/)
    expect(user_id).toBe(new Bun.CryptoHasher('sha256').update('gracehopper@gmail.com').digest('hex'))
    const principal = await identity.authenticate(subscribed(' gracehopper@GOOGLEMAIL.com ', key))
    expect(principal).toEqual({
      id: user_id,
      tier: 'premium',
      scopes: ['*'],
      kind: 'subscription',
      subscription: { status: 'active', expiresAt: null, inGrace: false },
      credential: 'subscription',
    })
  })

  test('the namespace of the settings decides the owner', async () => {
    const email = person()
    const namespace = 'fortunamind:v1:'
    const { key, user_id } = await subscribe(email, { namespace })
    const { identity } = openRig(open(), { config: { IDENTITY_NAMESPACE: namespace } })
    expect((await identity.authenticate(subscribed(email, key))).id).toBe(user_id)
    expect(await refusal(rig().identity.authenticate(subscribed(email, key)))).toMatchObject(invalidKey)
  })

  test('another email with the same key is refused, and so is the email with another key', async () => {
    const { identity } = rig()
    const [mine, theirs] = [person(), person()]
    const own = await subscribe(mine)
    const other = await subscribe(theirs)
    await identity.authenticate(subscribed(mine, own.key))
    const attempts = [
      [theirs, own.key],
      [mine, other.key],
      [person(), own.key],
      [mine, 'fm_sub_x'],
      [mine, 'sk_live_1'],
      [mine, `fm_sub_${'x'.repeat(201)}`],
    ] as const
    const answers = await Promise.all(
      attempts.map(([email, key]) => refusal(identity.authenticate(subscribed(email, key)))),
    )
    expect(new Set(answers.map(({ code, message }) => `${code} ${message}`)).size).toBe(1)
    expect(answers[0]).toMatchObject(invalidKey)
  })

  test.each(['x-user-email', 'x-subscription-key'])('%s alone is malformed', async (header) => {
    const { identity } = rig()
    const error = await refusal(identity.authenticate(sent({ [header]: 'ada@example.com' })))
    expect(error).toMatchObject({
      kind: 'malformed',
      message: 'Missing required headers: X-User-Email and X-Subscription-Key',
    })
  })

  test('a malformed email is refused without being repeated', async () => {
    const { identity } = rig()
    const error = await refusal(identity.authenticate(subscribed('not-an-email', 'fm_sub_x')))
    expect(error).toMatchObject({ kind: 'unauthorized', code: 'AUTH_INVALID_HEADER' })
    expect(error.message).not.toContain('not-an-email')
  })

  test.each([
    ['active', -6.9, true, { status: 'active', inGrace: true }],
    ['active', 1, true, { status: 'active', inGrace: false }],
    ['active', -7.1, false, undefined],
    ['trial', 1, true, { status: 'trial', inGrace: false }],
    ['trial', -1, true, { status: 'trial', inGrace: true }],
    ['past_due', 1, true, { status: 'past_due', inGrace: false }],
    ['past_due', -8, false, undefined],
    ['cancelled', 30, false, undefined],
    ['expired', 30, false, undefined],
    ['suspended', 30, false, undefined],
  ])('%s that ends in %d days: works %p', async (status, days, works, state) => {
    const { identity, clock } = rig()
    const email = person()
    const { key } = await subscribe(email, {
      status,
      expiresAt: new Date(clock() + days * day).toISOString(),
    })
    const answer = identity.authenticate(subscribed(email, key))
    if (works) expect((await answer).subscription).toMatchObject(state!)
    else expect(await refusal(answer)).toMatchObject(invalidKey)
  })

  test('the end of the grace passes while the row is cached', async () => {
    const { identity, clock } = rig()
    const email = person()
    const { key } = await subscribe(email, { expiresAt: new Date(clock() + 1000 - 7 * day) })
    expect((await identity.authenticate(subscribed(email, key))).subscription?.inGrace).toBe(true)
    clock.advance(1000)
    expect(await refusal(identity.authenticate(subscribed(email, key)))).toMatchObject(invalidKey)
  })

  test('a change counts at the next request here, within 5 s elsewhere', async () => {
    const here = rig()
    const there = openRig(await elsewhere(), { clock: here.clock })
    const email = person()
    const { key, user_id } = await subscribe(email)
    for (const { identity } of [here, there]) await identity.authenticate(subscribed(email, key))
    await cancelSubscription(open().system, { email, namespace: '' })
    here.identity.forget({ owner: user_id })
    expect(await refusal(here.identity.authenticate(subscribed(email, key)))).toMatchObject(invalidKey)
    here.clock.advance(4999)
    expect(await refusal(there.identity.authenticate(subscribed(email, key)))).toMatchObject(invalidKey)
    await updateSubscription(open().system, { email, namespace: '', status: 'active', tier: 'solo' })
    expect((await there.identity.authenticate(subscribed(email, key))).tier).toBe('solo')
  })

  test('a changed key: the old one stops, the new one works', async () => {
    const { identity } = rig()
    const email = person()
    const { key, user_id } = await subscribe(email)
    await identity.authenticate(subscribed(email, key))
    await updateSubscription(open().system, { email, namespace: '', key: 'fm_sub_of-their-own_1' })
    identity.forget({ owner: user_id })
    expect(await refusal(identity.authenticate(subscribed(email, key)))).toMatchObject(invalidKey)
    expect((await identity.authenticate(subscribed(email, 'fm_sub_of-their-own_1'))).id).toBe(user_id)
  })

  test('hits and misses are counted', async () => {
    const { identity, series, clock } = rig()
    const email = person()
    const { key } = await subscribe(email)
    expect(identity.hitRate()).toBeNull()
    for (let call = 0; call < 4; call++) await identity.authenticate(subscribed(email, key))
    await refusal(identity.authenticate(subscribed(email, 'fm_sub_wrong')))
    clock.advance(300_000)
    await identity.authenticate(subscribed(email, key))
    expect(await series('subscription_cache_hits_total')).toBe(3)
    expect(await series('subscription_cache_misses_total')).toBe(3)
    expect(identity.hitRate()).toBe(0.5)
  })

  test('one subscription an email, one email a key', async () => {
    const email = person()
    await subscribe(email, { key: 'fm_sub_taken' })
    expect(await refusal(subscribe(email.toUpperCase()))).toMatchObject({ kind: 'conflict' })
    expect(await refusal(subscribe(person(), { key: 'fm_sub_taken' }))).toMatchObject({ kind: 'conflict' })
    const other = person()
    await subscribe(other)
    const steal = updateSubscription(open().system, { email: other, namespace: '', key: 'fm_sub_taken' })
    expect(await refusal(steal)).toMatchObject({ kind: 'conflict' })
  })

  test.each([
    [{ email: 'nobody' }, '/email'],
    [{ tier: 'gold' }, '/tier'],
    [{ status: 'grace' }, '/status'],
    [{ key: 'fm_sub_' }, '/key'],
    [{ key: 'fm_sub_a b' }, '/key'],
    [{ expiresAt: '31.12.2026' }, '/expires_at'],
  ])('%j is refused at %s', async (input, path) => {
    const error = await refusal(subscribe(person(), input))
    expect(error).toMatchObject({ kind: 'invalid', errors: [{ path }] })
    expect(error.message).not.toContain('nobody')
  })

  test('an update changes what is given and nothing else; an unknown email is not found', async () => {
    const email = person()
    const before = await subscribe(email, { status: 'trial', expiresAt: '2030-01-31' })
    expect(before.expires_at).toBe('2030-01-31T00:00:00.000Z')
    const after = await updateSubscription(open().system, { email, namespace: '', tier: 'team' })
    expect(after).toMatchObject({ tier: 'team', status: 'trial', expires_at: before.expires_at })
    const never = await updateSubscription(open().system, { email, namespace: '', expiresAt: null })
    expect(never.expires_at).toBeNull()
    const unknown = { email: person(), namespace: '' }
    expect(await refusal(updateSubscription(open().system, { ...unknown, tier: 'free' }))).toMatchObject({
      kind: 'not_found',
    })
    expect(await refusal(cancelSubscription(open().system, unknown))).toMatchObject({ kind: 'not_found' })
    expect(await refusal(updateSubscription(open().system, { email, namespace: '' }))).toMatchObject({
      kind: 'invalid',
    })
  })

  test('pages lose nothing and show nothing twice where subscriptions are of one instant', async () => {
    const { system } = open()
    const at = new Date('2020-01-02T03:04:05.678Z')
    const made = await Promise.all(
      [...Array(5)].map(() =>
        createSubscription(system, { email: person(), namespace: '', tier: 'free' }, { at }),
      ),
    )
    const place = { user_id: 'g', created_at: new Date(at.getTime() + 1).toISOString() }
    const seen: string[] = []
    for (let page = 0, after = place; page < 3; page++) {
      const some = await listSubscriptions(system, { limit: 2, after })
      seen.push(...some.map(({ user_id }) => user_id))
      after = some.at(-1)!
    }
    expect(seen.toSorted()).toEqual(made.map(({ user_id }) => user_id).toSorted())
  })

  test('neither emails nor keys stand in the database', async () => {
    const email = 'planted.person@example.org'
    const { key, user_id } = await subscribe(email)
    const text = (await dumpRows(open())) + JSON.stringify(await listSubscriptions(open().system))
    expect(text).toContain(user_id)
    expect(text).not.toContain('planted')
    expect(text).not.toContain(key.slice('fm_sub_'.length))
    expect((await verifyAudit(open().system)).faults).toEqual([])
  })
})
