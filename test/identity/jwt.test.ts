import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { openSqliteStorage, type TestStorage } from '../kit/storage'
import { bearer, createClock, openRig, refusal } from './rig'

type Pair = Awaited<ReturnType<typeof generateKeyPair>> & { kid: string; alg: string }

const makePair = async (kid: string, alg = 'ES256'): Promise<Pair> => ({
  ...(await generateKeyPair(alg, { extractable: true })),
  kid,
  alg,
})

/** A token issuer like a Supabase project's: real HTTP, keys that can be changed. */
function startIssuer() {
  let keys: Pair[] = []
  let [asked, broken] = [0, false]
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      if (new URL(request.url).pathname !== '/auth/v1/.well-known/jwks.json')
        return new Response('', { status: 404 })
      asked++
      if (broken) return new Response('down', { status: 500 })
      const published = await Promise.all(
        keys.map(async ({ publicKey, kid, alg }) => ({
          ...(await exportJWK(publicKey)),
          kid,
          alg,
          use: 'sig',
        })),
      )
      return Response.json({ keys: published })
    },
  })
  const url = `http://127.0.0.1:${server.port}`
  return {
    url,
    publish: (...pairs: Pair[]) => {
      keys = pairs
    },
    break: (value = true) => {
      broken = value
    },
    asked: () => asked,
    stop: () => server.stop(true),
  }
}

const secret = 'a-legacy-secret-of-at-least-thirty-two-characters'
const invalidKey = { kind: 'unauthorized', code: 'AUTH_INVALID_KEY' }
const sub = '6f1c2a52-9a43-4a55-9f0a-6b0a5d1f7c11'

describe('Supabase tokens', () => {
  let ground: TestStorage
  let issuer: ReturnType<typeof startIssuer>
  let first: Pair
  beforeAll(async () => {
    ground = await openSqliteStorage()
    issuer = startIssuer()
    first = await makePair('first')
    issuer.publish(first)
  })
  afterAll(async () => {
    await issuer?.stop()
    await ground?.close()
  })

  const open = (withSecret = false, supabase = issuer.url) => {
    const clock = createClock()
    const config = {
      IDENTITY_NAMESPACE: '',
      SUPABASE_URL: supabase,
      SUPABASE_JWT_SECRET: withSecret ? secret : undefined,
    }
    return openRig(ground.storage, { clock, config, fetch })
  }
  const claims = (more: JWTPayload = {}): JWTPayload => ({
    iss: `${issuer.url}/auth/v1`,
    aud: 'authenticated',
    role: 'authenticated',
    sub,
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 3600,
    ...more,
  })
  const sign = (payload: JWTPayload, pair = first, header = {}) =>
    new SignJWT(payload).setProtectedHeader({ alg: pair.alg, kid: pair.kid, ...header }).sign(pair.privateKey)
  const signShared = (payload: JWTPayload, key = secret) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(new TextEncoder().encode(key))

  test('a user’s token opens as its sub, with every module', async () => {
    const { identity } = open()
    expect(await identity.authenticate(bearer(await sign(claims())))).toEqual({
      id: sub,
      tier: 'free',
      scopes: ['*'],
      kind: 'jwt',
      credential: 'jwt',
    })
  })

  test('a slash at the end of the project’s URL does not matter', async () => {
    const { identity } = await open(false, `${issuer.url}/`)
    expect((await identity.authenticate(bearer(await sign(claims())))).id).toBe(sub)
  })

  test('the tier is what the server wrote, never what the user did', async () => {
    const { identity } = open()
    const tierOf = async (more: JWTPayload) =>
      (await identity.authenticate(bearer(await sign(claims(more))))).tier
    expect(await tierOf({ app_metadata: { tier: 'team' }, user_metadata: { tier: 'enterprise' } })).toBe(
      'team',
    )
    expect(await tierOf({ user_metadata: { tier: 'enterprise' } })).toBe('free')
    expect(await tierOf({ app_metadata: { tier: 'gold' } })).toBe('free')
    expect(await tierOf({ app_metadata: null })).toBe('free')
  })

  test.each([
    ['another issuer', { iss: 'https://evil.example/auth/v1' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'anon' }],
    ['an end that passed', { exp: Math.floor(Date.now() / 1000) - 1 }],
    ['no end', { exp: undefined }],
    ['a beginning to come', { nbf: Math.floor(Date.now() / 1000) + 60 }],
    ['the anon role', { role: 'anon' }],
    ['the service role', { role: 'service_role' }],
    ['no role', { role: undefined }],
    ['no sub', { sub: undefined }],
    ['an empty sub', { sub: '' }],
    ['the sub of the local owner', { sub: 'local' }],
    ['the sub of a service', { sub: 'service:gateway' }],
  ])('refuses %s', async (_, more) => {
    const { identity } = open()
    expect(await refusal(identity.authenticate(bearer(await sign(claims(more)))))).toMatchObject(invalidKey)
  })

  test('refuses a signature that is another’s, altered or absent', async () => {
    const { identity } = await open(true)
    const impostor = await makePair('first')
    const good = await sign(claims())
    const [head, , signature] = good.split('.')
    const body = Buffer.from(JSON.stringify(claims({ sub: 'someone-else' }))).toString('base64url')
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url')
    const forged = [
      await sign(claims(), impostor),
      `${head}.${body}.${signature}`,
      `${head}.${body}.`,
      `${none}.${body}.`,
      `${none}.${body}.${signature}`,
    ]
    for (const token of forged) {
      expect(await refusal(identity.authenticate(bearer(token)))).toMatchObject(invalidKey)
    }
  })

  test('a public key is no shared secret', async () => {
    const rsa = await makePair('rsa', 'RS256')
    issuer.publish(first, rsa)
    const pem = await exportSPKI(rsa.publicKey)
    const jwk = JSON.stringify(await exportJWK(rsa.publicKey))
    for (const withSecret of [false, true]) {
      const { identity } = await open(withSecret)
      expect((await identity.authenticate(bearer(await sign(claims(), rsa)))).id).toBe(sub)
      for (const key of [pem, jwk]) {
        const token = await signShared(claims(), key)
        expect(await refusal(identity.authenticate(bearer(token)))).toMatchObject(invalidKey)
      }
    }
    issuer.publish(first)
  })

  test('the legacy secret counts only where it is set', async () => {
    const token = await signShared(claims())
    expect((await (await open(true)).identity.authenticate(bearer(token))).id).toBe(sub)
    expect(await refusal(open().identity.authenticate(bearer(token)))).toMatchObject(invalidKey)
    const other = await signShared(claims(), 'another-secret-of-at-least-thirty-two-characters')
    expect(await refusal((await open(true)).identity.authenticate(bearer(other)))).toMatchObject(invalidKey)
  })

  test('a new signing key is found at once; made-up ones cannot make us ask without end', async () => {
    const { identity, clock } = open()
    await identity.authenticate(bearer(await sign(claims())))
    const second = await makePair('second')
    issuer.publish(first, second)
    expect((await identity.authenticate(bearer(await sign(claims(), second)))).id).toBe(sub)
    const before = issuer.asked()
    for (let attempt = 0; attempt < 30; attempt++) {
      const stranger = await sign(claims(), first, { kid: `made-up-${attempt}` })
      expect(await refusal(identity.authenticate(bearer(stranger)))).toMatchObject(invalidKey)
    }
    expect(issuer.asked() - before).toBeLessThanOrEqual(5)
    const third = await makePair('third')
    issuer.publish(third)
    clock.advance(15_000)
    expect((await identity.authenticate(bearer(await sign(claims(), third)))).id).toBe(sub)
    issuer.publish(first)
  })

  test('a token is verified once, and never after its end', async () => {
    const { identity, clock } = open()
    const token = await sign(claims({ exp: Math.floor(clock() / 1000) + 60 }))
    await identity.authenticate(bearer(token))
    await identity.authenticate(bearer(token))
    expect(identity.hitRate()).toBe(0.5)
    clock.advance(60_000)
    expect(await refusal(identity.authenticate(bearer(token)))).toMatchObject(invalidKey)
  })

  test('a key that was withdrawn stops within 15 minutes', async () => {
    const { identity, clock } = open()
    const token = await sign(claims())
    await identity.authenticate(bearer(token))
    issuer.publish(await makePair('next'))
    clock.advance(15 * 60_000)
    expect(await refusal(identity.authenticate(bearer(token)))).toMatchObject(invalidKey)
    issuer.publish(first)
  })

  test('an issuer that does not answer is unavailable, not a refusal, and is left alone for a moment', async () => {
    const { identity, clock } = open()
    issuer.break()
    const token = await sign(claims())
    const before = issuer.asked()
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(await refusal(identity.authenticate(bearer(token, '203.0.113.9')))).toMatchObject({
        kind: 'unavailable',
        retryAfter: 5,
      })
    }
    expect(issuer.asked() - before).toBe(1)
    issuer.break(false)
    clock.advance(2000)
    expect((await identity.authenticate(bearer(token, '203.0.113.9'))).id).toBe(sub)
  })

  test('a clock that is set back makes nobody wait for the issuer, and keeps no token for longer', async () => {
    const { identity, clock } = open()
    const token = await sign(claims({ exp: Math.floor(clock() / 1000) + 7 * 86_400 }))
    clock.advance(86_400_000)
    issuer.break()
    expect((await refusal(identity.authenticate(bearer(token)))).kind).toBe('unavailable')
    issuer.break(false)
    clock.advance(-3_600_000)
    expect((await identity.authenticate(bearer(token))).id).toBe(sub)
    const asked = issuer.asked()
    const second = await makePair('second')
    issuer.publish(second)
    clock.advance(-3_600_000)
    expect(await refusal(identity.authenticate(bearer(token)))).toMatchObject(invalidKey)
    expect(issuer.asked()).toBeGreaterThan(asked)
    issuer.publish(first)
  })

  test('known keys outlive an issuer that is down for a while', async () => {
    const { identity, clock } = open()
    await identity.authenticate(bearer(await sign(claims())))
    issuer.break()
    clock.advance(11 * 60_000)
    expect((await identity.authenticate(bearer(await sign(claims({ jti: 'later' }))))).id).toBe(sub)
    issuer.break(false)
  })

  test('without a project no token is looked at', async () => {
    const { identity } = openRig(ground.storage)
    expect(await refusal(identity.authenticate(bearer(await sign(claims()))))).toMatchObject(invalidKey)
  })
})
