import { afterAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { allows } from '../../src/core/principal'
import type { Writer } from '../../src/core/storage'
import { auditHeads, auditLog } from '../../src/platform/audit/tables'
import { verifyAudit } from '../../src/platform/audit/verify'
import type { KeyView } from '../../src/platform/identity/key-view'
import {
  countCredentials,
  createKey,
  createLocalKey,
  listKeys,
  revokeKey,
  rotateKey,
  updateKey,
} from '../../src/platform/identity/keys'
import { createLastUsed } from '../../src/platform/identity/last-used'
import { sha256Hex } from '../../src/platform/identity/secret'
import { apiKeys, userSubscriptions } from '../../src/platform/identity/tables'
import { findDrift } from '../../src/platform/storage/drift'
import type { Storage } from '../../src/platform/storage/storage'
import { eachStorage, openPostgresStorage, openSqliteStorage } from '../kit/storage'
import { bearer, createClock, dumpRows, openRig, refusal, sent } from './rig'

const day = 86_400_000
const form = /^kota_premium_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}_[0-9a-f]{64}$/

eachStorage('API keys', (open, ground, dialect) => {
  const opened: Storage[] = []
  const elsewhere = async () => {
    const storage = await ground().again()
    opened.push(storage)
    return storage
  }
  afterAll(() => Promise.all(opened.map((storage) => storage.close())))

  const rig = (clock = createClock()) => openRig(open(), { clock })
  const rowOf = (id: string) =>
    open().system.read(async (db) => {
      const keys = apiKeys.on(db.dialect)
      return (await db.select().from(keys).where(eq(keys.id, id)))[0]!
    })

  test('a new key opens as its owner, by either header', async () => {
    const { identity } = rig()
    const issued = await createKey(open().system, {
      userId: 'ada',
      tier: 'premium',
      scopes: ['journal:read'],
    })
    expect(issued.key).toMatch(form)
    const expected = {
      id: 'ada',
      tier: 'premium',
      scopes: ['journal:read'],
      kind: 'key',
      credential: issued.id,
    }
    expect(await identity.authenticate(bearer(issued.key))).toEqual(expected as never)
    expect(await identity.authenticate(sent({ 'X-API-Key': issued.key }))).toEqual(expected as never)
    expect(await identity.authenticate(sent({ authorization: `bearer  ${issued.key}` }))).toEqual(
      expected as never,
    )
  })

  test('the organization owns before the user', async () => {
    const { identity } = rig()
    const { key } = await createKey(open().system, { userId: 'ada', orgId: 'acme', tier: 'team' })
    expect((await identity.authenticate(bearer(key))).id).toBe('acme')
  })

  test('keeps neither the key nor its secret, only a hash', async () => {
    const { key, id } = await createKey(open().system, { userId: 'ada', tier: 'free' })
    const row = await rowOf(id)
    const secret = key.split('_').at(-1)!
    expect(JSON.stringify(row)).not.toContain(secret)
    expect(row.hash).toBe(new Bun.CryptoHasher('sha256').update(key).digest('hex'))
    expect(await dumpRows(open())).not.toContain(secret)
    expect(JSON.stringify(await listKeys(open().system))).not.toContain(row.hash)
  })

  test('without scopes a key may do everything but administer', async () => {
    const { identity } = rig()
    const { key } = await createKey(open().system, { userId: 'ada', tier: 'free' })
    const principal = await identity.authenticate(bearer(key))
    expect(allows(principal, 'journal:write')).toBe(true)
    expect(allows(principal, 'admin')).toBe(false)
    const root = await createKey(open().system, { userId: 'ada', tier: 'free', scopes: ['*', 'admin'] })
    expect(allows(await identity.authenticate(bearer(root.key)), 'admin')).toBe(true)
  })

  test('a key under an older prefix keeps working', async () => {
    const { identity } = rig()
    const { key } = await createKey(open().system, { userId: 'ada', tier: 'free', prefix: 'my_old' })
    expect(key).toStartWith('my_old_free_')
    expect((await identity.authenticate(bearer(key))).id).toBe('ada')
  })

  test('the stored tier counts; a key whose text was altered anywhere is refused', async () => {
    const { identity } = rig()
    const { key } = await createKey(open().system, { userId: 'ada', tier: 'free' })
    await identity.authenticate(bearer(key))
    const flipped = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0')
    const altered = [
      flipped,
      key.replace('_free_', '_enterprise_'),
      `x${key}`,
      `${key}0`,
      key.slice(0, -1),
      key.toUpperCase(),
    ]
    for (const wrong of altered) {
      expect(await refusal(identity.authenticate(bearer(wrong)))).toMatchObject({ code: 'AUTH_INVALID_KEY' })
    }
    expect((await identity.authenticate(bearer(key))).id).toBe('ada')
  })

  test('unknown, altered, revoked, expired and replaced keys look alike', async () => {
    const { identity, clock } = rig()
    const make = (input = {}) => createKey(open().system, { userId: 'ada', tier: 'free', ...input })
    const [altered, revoked, expired, replaced] = [
      await make(),
      await make(),
      await make({ expiresAt: new Date(clock() + 1000) }),
      await make(),
    ]
    await revokeKey(open().system, revoked.id)
    await rotateKey(open().system, replaced.id)
    clock.advance(2000)
    const texts = [
      `kota_free_${crypto.randomUUID()}_${'0'.repeat(64)}`,
      altered.key.replace(/.{8}$/, '00000000'),
      revoked.key,
      expired.key,
      replaced.key,
      'nonsense',
    ]
    const answers = await Promise.all(texts.map((text) => refusal(identity.authenticate(bearer(text)))))
    const seen = answers.map(({ kind, code, message, headers, data }) =>
      JSON.stringify({ kind, code, message, headers, data }),
    )
    expect(new Set(seen).size).toBe(1)
    expect(answers[0]).toMatchObject({
      kind: 'unauthorized',
      code: 'AUTH_INVALID_KEY',
      headers: { 'WWW-Authenticate': 'Bearer realm="holdfast", error="invalid_token"' },
    })
  })

  test('a revoked key fails at the very next request, also while its row is being read', async () => {
    const { identity } = rig()
    const { key, id } = await createKey(open().system, { userId: 'ada', tier: 'free' })
    await identity.authenticate(bearer(key))
    const inFlight = [...Array(20)].map(() => identity.authenticate(bearer(key)).catch(() => undefined))
    await revokeKey(open().system, id)
    identity.forget({ keyId: id })
    expect(await refusal(identity.authenticate(bearer(key)))).toMatchObject({ code: 'AUTH_INVALID_KEY' })
    await Promise.all(inFlight)
    expect(await refusal(identity.authenticate(bearer(key)))).toMatchObject({ code: 'AUTH_INVALID_KEY' })
  })

  test('what another process revoked fails within 5 s', async () => {
    const { identity, clock } = rig()
    const other = await elsewhere()
    const { key, id } = await createKey(open().system, { userId: 'ada', tier: 'free' })
    await identity.authenticate(bearer(key))
    await revokeKey(other.system, id)
    clock.advance(4999)
    expect(await refusal(identity.authenticate(bearer(key)))).toMatchObject({ code: 'AUTH_INVALID_KEY' })
  })

  test('a cached row never answers for another secret', async () => {
    const { identity } = rig()
    const { key } = await createKey(open().system, { userId: 'ada', tier: 'free' })
    await identity.authenticate(bearer(key))
    const guess = key.slice(0, -64) + 'f'.repeat(64)
    expect(await refusal(identity.authenticate(bearer(guess)))).toMatchObject({ code: 'AUTH_INVALID_KEY' })
    expect(identity.hitRate()).toBe(0)
    await identity.authenticate(bearer(key))
    expect(identity.hitRate()).toBeCloseTo(1 / 3)
  })

  test('an end passes while the row is cached', async () => {
    const { identity, clock } = rig()
    const { key } = await createKey(open().system, {
      userId: 'ada',
      tier: 'free',
      expiresAt: new Date(clock() + 1500).toISOString(),
    })
    await identity.authenticate(bearer(key))
    clock.advance(1499)
    await identity.authenticate(bearer(key))
    clock.advance(1)
    expect(await refusal(identity.authenticate(bearer(key)))).toMatchObject({ code: 'AUTH_INVALID_KEY' })
  })

  test('rotation with overlap: the new key at once, the old one until the overlap ends', async () => {
    const { identity, clock } = rig()
    const old = await createKey(open().system, {
      userId: 'ada',
      orgId: 'acme',
      tier: 'enterprise',
      scopes: ['journal:read'],
      limits: { hour: 7 },
      name: 'Laptop',
    })
    const fresh = await rotateKey(
      open().system,
      old.id,
      { overlapSeconds: 86_400 },
      { at: new Date(clock()) },
    )
    expect(fresh).toMatchObject({
      owner: 'acme',
      tier: 'enterprise',
      scopes: ['journal:read'],
      limits: { hour: 7 },
      name: 'Laptop',
      rotated_from: old.id,
      status: 'active',
    })
    expect((await identity.authenticate(bearer(fresh.key))).limits).toEqual({ hour: 7 })
    expect((await identity.authenticate(bearer(old.key))).id).toBe('acme')
    clock.advance(day - 1)
    expect((await identity.authenticate(bearer(old.key))).id).toBe('acme')
    clock.advance(1)
    expect(await refusal(identity.authenticate(bearer(old.key)))).toMatchObject({ code: 'AUTH_INVALID_KEY' })
    expect((await identity.authenticate(bearer(fresh.key))).id).toBe('acme')
  })

  test('of many rotations at once, one wins; a dead or unknown key cannot be rotated', async () => {
    const { id } = await createKey(open().system, { userId: 'ada', tier: 'free' })
    const outcomes = await Promise.allSettled([...Array(8)].map(() => rotateKey(open().system, id)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const revoked = await createKey(open().system, { userId: 'ada', tier: 'free' })
    await revokeKey(open().system, revoked.id)
    expect(await refusal(rotateKey(open().system, revoked.id))).toMatchObject({ kind: 'conflict' })
    expect(await refusal(rotateKey(open().system, crypto.randomUUID()))).toMatchObject({ kind: 'not_found' })
    expect(await refusal(rotateKey(open().system, id, { overlapSeconds: -1 }))).toMatchObject({
      kind: 'invalid',
    })
  })

  test('revoking twice is revoking once; an unknown id is not found', async () => {
    const { id } = await createKey(open().system, { userId: 'ada', tier: 'free' })
    const first = await revokeKey(open().system, id)
    expect(first.status).toBe('revoked')
    expect((await revokeKey(open().system, id)).revoked_at).toBe(first.revoked_at)
    expect(await refusal(revokeKey(open().system, 'nobody'))).toMatchObject({ kind: 'not_found' })
  })

  test('revoking ends what the key had replaced, however far back, and not what replaced it', async () => {
    const system = open().system
    const first = await createKey(system, { userId: 'ada', tier: 'free' })
    const second = await rotateKey(system, first.id, { overlapSeconds: 30 * 86_400 })
    const third = await rotateKey(system, second.id)
    const fourth = await rotateKey(system, third.id, { overlapSeconds: 3600 })
    const last = await rotateKey(system, fourth.id, { overlapSeconds: 3600 })
    const revoked = await revokeKey(system, fourth.id)
    expect(revoked).toMatchObject({ id: fourth.id, status: 'revoked', also_revoked: [third.id, first.id] })
    const { identity } = openRig(open())
    for (const { key } of [first, second, third, fourth]) {
      expect(await refusal(identity.authenticate(bearer(key)))).toMatchObject({ code: 'AUTH_INVALID_KEY' })
    }
    expect((await identity.authenticate(bearer(last.key))).id).toBe('ada')
    expect((await revokeKey(system, fourth.id)).also_revoked).toEqual([])
  })

  test('pages lose nothing and show nothing twice where keys are of one instant', async () => {
    const system = open().system
    const owner = crypto.randomUUID()
    const at = new Date('2026-01-02T03:04:05.678Z')
    const made = await Promise.all(
      [...Array(7)].map(() => createKey(system, { userId: owner, tier: 'free' }, { at })),
    )
    const seen: string[] = []
    let after: KeyView | undefined
    for (let page = 0; page < 4; page++) {
      const keys = await listKeys(system, { owner, limit: 2, ...(after && { after }) })
      seen.push(...keys.map(({ id }) => id))
      after = keys.at(-1)
    }
    expect(seen).toHaveLength(7)
    expect(seen.toSorted()).toEqual(made.map(({ id }) => id).toSorted())
    expect(await listKeys(system, { owner, after: after! })).toEqual([])
  })

  test('a limit of an ingest key is its principal’s, can be changed, and goes on to the key that replaces it', async () => {
    const { identity } = rig()
    const { id } = await createKey(open().system, { service: 'gateway', limits: { minute: 50 } })
    expect((await updateKey(open().system, id, { limits: { minute: 70 } })).limits).toEqual({ minute: 70 })
    const fresh = await rotateKey(open().system, id)
    expect((await identity.authenticate(bearer(fresh.key))).limits).toEqual({ minute: 70 })
    expect((await updateKey(open().system, id, { limits: null })).limits).toBeNull()
    const { id: other } = await createKey(open().system, { userId: 'ada', tier: 'enterprise' })
    for (const [key, limits] of [
      [id, { minute: 0.5 }],
      [other, { minute: 5 }],
      [other, null],
    ] as const)
      expect(await refusal(updateKey(open().system, key, { limits }))).toMatchObject({
        kind: 'invalid',
        errors: [{ path: '/rate_limit' }],
      })
  })

  test('keys that were issued elsewhere are taken over once, and ended ones stay ended', async () => {
    const { identity } = rig()
    const keys = [{ hash: sha256Hex('any text'), service: 'nginx', limit: 7 }]
    const odd = { hash: sha256Hex('another text'), service: 'no service of ours' }
    expect(await identity.acceptSenders([...keys, odd])).toBe(1)
    expect(await identity.acceptSenders(keys)).toBe(0)
    const principal = await identity.authenticate(sent({ 'X-API-Key': 'any text' }))
    expect(principal).toMatchObject({ kind: 'ingest', service: 'nginx', limits: { minute: 7 } })
    await revokeKey(open().system, principal.credential!)
    identity.forget({ keyId: principal.credential })
    expect(await identity.acceptSenders(keys)).toBe(0)
    expect(await refusal(identity.authenticate(sent({ 'X-API-Key': 'any text' })))).toMatchObject({
      code: 'AUTH_INVALID_KEY',
    })
  })

  test('ingest keys may only send metrics', async () => {
    const { identity } = rig()
    const issued = await createKey(open().system, { service: 'gateway' })
    expect(issued.key).toMatch(/^mcp_metrics_[A-Za-z0-9_-]{43}$/)
    const principal = await identity.authenticate(sent({ 'x-api-key': issued.key }))
    expect(principal).toMatchObject({ id: 'service:gateway', kind: 'ingest', scopes: ['metrics:write'] })
    expect(allows(principal, 'journal:read')).toBe(false)
    expect(allows(principal, null)).toBe(false)
    expect(allows(principal, 'metrics:write')).toBe(true)
    const fresh = await rotateKey(open().system, issued.id, { overlapSeconds: 60 })
    expect(fresh.key).toStartWith('mcp_metrics_')
    await revokeKey(open().system, issued.id)
    identity.forget({ keyId: issued.id })
    expect(await refusal(identity.authenticate(bearer(issued.key)))).toMatchObject({
      code: 'AUTH_INVALID_KEY',
    })
    expect((await identity.authenticate(bearer(fresh.key))).kind).toBe('ingest')
  })

  test('the last use is written once a minute at most', async () => {
    const { identity, clock } = rig()
    const { key, id } = await createKey(open().system, { userId: 'ada', tier: 'free' })
    const use = async () => {
      await identity.authenticate(bearer(key))
      await identity.settled()
      return (await rowOf(id)).last_used_at?.getTime()
    }
    const first = clock()
    expect(await use()).toBe(first)
    clock.advance(59_000)
    expect(await use()).toBe(first)
    clock.advance(1000)
    expect(await use()).toBe(first + 60_000)
  })

  test('within the minute the database is left alone, and a failed write fails no request', async () => {
    let [writes, failures] = [0, 0]
    const scope = { ...open().system, write: () => Promise.reject(new Error(`write ${++writes}`)) }
    const clock = createClock()
    const lastUsed = createLastUsed({ system: scope, now: clock, onFailure: () => failures++ })
    const key = { id: crypto.randomUUID(), lastUsedAt: 0 }
    for (let use = 0; use < 60; use++) {
      lastUsed.touch(key, clock())
      await lastUsed.settled()
      clock.advance(1000)
    }
    expect([writes, failures]).toEqual([1, 1])
  })

  test('faults of a new key are told all at once', async () => {
    const error = await refusal(
      createKey(open().system, {
        userId: 'a b',
        tier: 'gold',
        scopes: ['journal.read'],
        expiresAt: 'tomorrow',
        limits: { hour: 0 },
        name: '',
      }),
    )
    expect(error.errors?.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        '/user_id',
        '/tier',
        '/scopes',
        '/expires_at',
        '/limits',
        '/limits/hour',
        '/name',
      ]),
    )
  })

  test.each([
    [{ tier: 'free' }, '/user_id'],
    [{ tier: 'free', userId: 'ada', expiresAt: '2020-01-01' }, '/expires_at'],
    [{ tier: 'free', userId: 'ada', prefix: 'a b' }, '/prefix'],
    [{ tier: 'free', userId: 'anonymous' }, '/user_id'],
    [{ tier: 'free', userId: 'ada@example.com' }, '/user_id'],
    [{ service: 'gateway', scopes: ['journal:read'] }, '/scopes'],
    [{ tier: 'free', userId: 'ada', scopes: [] }, '/scopes'],
  ])('%j is refused at %s, and nothing is repeated', async (input, path) => {
    const error = await refusal(createKey(open().system, input))
    expect(error).toMatchObject({ kind: 'invalid', errors: [{ path }] })
    expect(error.message).not.toContain('ada@')
  })

  test('an email as user id becomes the owner that its subscription has', async () => {
    const { owner } = await createKey(open().system, {
      userId: 'A.da@gmail.com',
      tier: 'free',
      namespace: '',
    })
    expect(owner).toBe(new Bun.CryptoHasher('sha256').update('ada@gmail.com').digest('hex'))
  })

  test('each change is in the owner’s chain, made by whom it was made by', async () => {
    const by = { actor: 'operator', requestId: 'req-1' }
    const { id } = await createKey(open().system, { userId: 'audited', tier: 'free' }, by)
    await rotateKey(open().system, id, {}, by)
    await revokeKey(open().system, id, by)
    const rows = await open().system.read((db) => {
      const log = auditLog.on(db.dialect)
      return db.select().from(log).where(eq(log.owner, 'audited')).orderBy(log.seq)
    })
    expect(rows.map(({ operation }) => operation)).toEqual(['create_key', 'rotate_key', 'revoke_key'])
    expect(rows[0]).toMatchObject({ actor: 'operator', request_id: 'req-1', subject: id })
    expect((await verifyAudit(open().system)).faults).toEqual([])
  })

  test('the first local key is made for an empty database alone, by one of many', async () => {
    expect(await createLocalKey(open().system)).toBeNull()
    const empty = await (dialect === 'sqlite' ? openSqliteStorage() : openPostgresStorage())
    const others = await Promise.all([empty.again(), empty.again()])
    try {
      expect(await countCredentials(empty.storage.system)).toBe(0)
      const made = await Promise.all([empty.storage, ...others].map(({ system }) => createLocalKey(system)))
      const [key, ...rest] = made.filter((one) => one !== null)
      expect(rest).toEqual([])
      expect(key).toMatchObject({ owner: 'local', tier: 'enterprise', scopes: ['*', 'admin'] })
      await revokeKey(empty.storage.system, key!.id)
      expect(await createLocalKey(empty.storage.system)).toBeNull()
      expect(await countCredentials(empty.storage.system)).toBe(1)
    } finally {
      await Promise.all(others.map((storage) => storage.close()))
      await empty.close()
    }
  })

  test('the tables match their declaration', async () => {
    expect(await findDrift(open(), [apiKeys, userSubscriptions, auditLog, auditHeads])).toEqual([])
  })

  test.if(dialect === 'postgres')('a caller may read its own keys, no others, and change none', async () => {
    const { id } = await createKey(open().system, { userId: 'rls-ada', tier: 'free' })
    await createKey(open().system, { userId: 'rls-grace', tier: 'free' })
    const ada = open().as('rls-ada')
    const keys = apiKeys.on('postgres')
    const seen = await ada.read((db) => db.select().from(keys))
    expect(seen.map((row) => row.id)).toEqual([id])
    const changes: ((tx: Writer) => PromiseLike<unknown>)[] = [
      (tx) => tx.update(keys).set({ tier: 'enterprise' }).where(eq(keys.id, id)),
      (tx) => tx.delete(keys).where(eq(keys.id, id)),
      (tx) => tx.insert(keys).values({ ...seen[0]!, id: crypto.randomUUID() }),
    ]
    for (const change of changes) {
      await expect(ada.write(async (tx) => void (await change(tx)))).rejects.toThrow()
    }
  })
})
