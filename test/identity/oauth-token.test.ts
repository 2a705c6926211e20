import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { exportJWK, exportSPKI, type JWTPayload, SignJWT } from 'jose'
import type { Config } from '../../src/platform/config/settings'
import { ownerOfEmail } from '../../src/platform/identity/email'
import { sha256Hex } from '../../src/platform/identity/secret'
import { addressLimit } from '../../src/platform/limits/addresses'
import { type Issuer, type IssuerOptions, makePair, startIssuer } from '../kit/issuer'
import { openSqliteStorage, type TestStorage } from '../kit/storage'
import { createClock, openRig, refusal, sent } from './rig'

const PUBLIC_URL = 'https://mcp.example.com'
const resource = `${PUBLIC_URL}/mcp`
const invalidKey = { kind: 'unauthorized', code: 'AUTH_INVALID_KEY' }
const seconds = () => Math.floor(Date.now() / 1000)

describe('access tokens of an authorization server', () => {
  let ground: TestStorage
  let issuer: Issuer
  beforeAll(async () => {
    ground = await openSqliteStorage()
    issuer = await startIssuer()
  })
  afterAll(async () => {
    await issuer?.stop()
    await ground?.close()
  })

  const open = (config: Partial<Config> = {}) => {
    const clock = createClock()
    return openRig(ground.storage, {
      clock,
      fetch,
      config: { PUBLIC_URL, OAUTH_ISSUER: issuer.url, ...config },
    })
  }
  const show = ({ identity }: ReturnType<typeof open>, token: string, path = '/mcp', address?: string) =>
    identity.authenticate({ ...sent({ authorization: `Bearer ${token}` }, address), path })
  const token = (more: JWTPayload = {}) =>
    issuer.sign(issuer.claims({ aud: resource, scope: 'journal:read', ...more }))

  test('a token for this server opens with the scopes that it has', async () => {
    expect(await show(open(), await token())).toEqual({
      id: 'ada',
      tier: 'free',
      scopes: ['journal:read'],
      kind: 'jwt',
      credential: 'oauth',
    })
  })

  test.each<[string, JWTPayload]>([
    ['another issuer', { iss: 'https://evil.example' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'https://other.example/mcp' }],
    ['an audience that only begins alike', { aud: `${resource}-other` }],
    ['a client as the audience', { aud: 'client-id' }],
    ['no audience', { aud: undefined }],
    ['an empty list as audience', { aud: [] }],
    ['an end that passed', { exp: seconds() - 60 }],
    ['no end', { exp: undefined }],
    ['a beginning to come', { nbf: seconds() + 120 }],
    ['no sub', { sub: undefined }],
    ['an empty sub', { sub: '' }],
    ['the local owner', { sub: 'local' }],
    ['a service', { sub: 'service:gateway' }],
    ['a sub with a line break', { sub: 'ada\nadmin' }],
  ])('refuses %s', async (_, more) => {
    expect(await refusal(show(open(), await token(more)))).toMatchObject(invalidKey)
  })

  test('the clocks may differ by what the settings say, both ways', async () => {
    const late = await token({ exp: seconds() - 10 })
    const early = await token({ nbf: seconds() + 20 })
    for (const one of [late, early]) {
      expect((await show(open(), one)).id).toBe('ada')
      expect(await refusal(show(open({ OAUTH_CLOCK_SKEW_SECONDS: 0 }), one))).toMatchObject(invalidKey)
    }
  })

  test('refuses what is unsigned, altered, another’s, or signed with the public key as a secret', async () => {
    const rsa = await makePair('rsa', 'RS256')
    issuer.publish(issuer.first, rsa)
    const claims = issuer.claims({ aud: resource })
    const [head, , signature] = (await token()).split('.')
    const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
    const secrets = [await exportSPKI(rsa.publicKey), JSON.stringify(await exportJWK(rsa.publicKey))]
    const shared = secrets.map((secret) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: 'rsa' })
        .sign(new TextEncoder().encode(secret)),
    )
    const forged = [
      `${encode({ alg: 'none' })}.${encode(claims)}.`,
      `${encode({ alg: 'none', kid: 'first' })}.${encode(claims)}.${signature}`,
      `${head}.${encode({ ...claims, sub: 'grace' })}.${signature}`,
      await issuer.sign(claims, await makePair('first')),
      ...(await Promise.all(shared)),
    ]
    const rig = open()
    expect((await show(rig, await issuer.sign(claims, rsa))).id).toBe('ada')
    for (const one of forged) expect(await refusal(show(rig, one))).toMatchObject(invalidKey)
    issuer.publish(issuer.first)
  })

  test('only signatures of the list count, and tokens of another purpose never', async () => {
    const claims = issuer.claims({ aud: resource })
    expect(await refusal(show(open({ OAUTH_ALGORITHMS: ['RS256'] }), await token()))).toMatchObject(
      invalidKey,
    )
    for (const typ of ['dpop+jwt', 'logout+jwt', 'secevent+jwt']) {
      expect(await refusal(show(open(), await issuer.sign(claims, issuer.first, { typ })))).toMatchObject(
        invalidKey,
      )
    }
    for (const typ of ['JWT', 'at+JWT', 'application/at+jwt', undefined]) {
      expect((await show(open(), await issuer.sign(claims, issuer.first, { typ }))).id).toBe('ada')
    }
  })

  test('a token for one module opens that path alone', async () => {
    const rig = open()
    const one = await token({ aud: [`${resource}/journal`, 'https://other.example'] })
    expect((await show(rig, one, '/mcp/journal')).id).toBe('ada')
    expect((await show(rig, one, '/mcp/journal/')).id).toBe('ada')
    for (const path of ['/mcp', '/mcp/metrics', '/api/v1/journal/entries', '/mcp/journal/more']) {
      expect(await refusal(show(rig, one, path))).toMatchObject(invalidKey)
    }
  })

  test('a token for the whole server opens every path', async () => {
    for (const aud of [PUBLIC_URL, `${PUBLIC_URL}/`, resource, `${resource}/`, 'api://holdfast']) {
      const rig = open({ OAUTH_AUDIENCE: ['api://holdfast'] })
      for (const path of ['/mcp', '/mcp/journal', '/api/v1/journal/entries']) {
        expect((await show(rig, await token({ aud }), path)).id).toBe('ada')
      }
    }
  })

  test('scopes: where they stand, what they are called, what is never given unasked', async () => {
    const scopesOf = async (more: JWTPayload, config: Partial<Config> = {}) =>
      (await show(open(config), await token({ scope: undefined, ...more }))).scopes
    expect(await scopesOf({ scope: 'openid journal:write journal:read' })).toEqual([
      'journal:read',
      'journal:write',
    ])
    expect(await scopesOf({ scp: ['journal:read'] })).toEqual(['journal:read'])
    expect(await scopesOf({ permissions: ['journal:read'] })).toEqual(['journal:read'])
    expect(await scopesOf({ scope: '', permissions: ['journal:read'] })).toEqual([])
    expect(await scopesOf({ scope: '* admin journal:read' })).toEqual(['journal:read'])
    expect(await scopesOf({ scope: { journal: true } as never })).toEqual([])
    expect(await scopesOf({})).toEqual([])
    expect(await scopesOf({}, { OAUTH_DEFAULT_SCOPES: ['*'] })).toEqual(['*'])
    expect(await scopesOf({ roles: ['journal:read'] }, { OAUTH_SCOPE_CLAIM: 'roles' })).toEqual([
      'journal:read',
    ])
    const map = {
      OAUTH_SCOPE_MAP: ['Journal.Read=journal:read', 'all=*', 'root=admin', 'journal:write=journal:read'],
    }
    expect(await scopesOf({ scp: 'Journal.Read' }, map)).toEqual(['journal:read'])
    expect(await scopesOf({ scp: 'all root' }, map)).toEqual(['*', 'admin'])
    expect(await scopesOf({ scp: 'journal:write' }, map)).toEqual(['journal:read'])
  })

  test('the tier is that of the claim in the settings, else theirs', async () => {
    const tierOf = async (more: JWTPayload, config: Partial<Config> = {}) =>
      (await show(open(config), await token(more))).tier
    expect(await tierOf({ tier: 'team' })).toBe('free')
    expect(await tierOf({ tier: 'team' }, { OAUTH_TIER_CLAIM: 'tier' })).toBe('team')
    expect(await tierOf({ tier: 'gold' }, { OAUTH_TIER_CLAIM: 'tier', OAUTH_DEFAULT_TIER: 'solo' })).toBe(
      'solo',
    )
  })

  test('a verified email is the owner that its subscription has; names that look like one stay with the issuer', async () => {
    const ownerOf = async (more: JWTPayload, config: Partial<Config> = {}) =>
      (await show(open(config), await token(more))).id
    const byEmail = { OAUTH_OWNER_CLAIM: 'email', IDENTITY_NAMESPACE: 'ns:' }
    const owner = ownerOfEmail('ada@example.com', 'ns:')
    expect(await ownerOf({ email: 'Ada@Example.com', email_verified: true }, byEmail)).toBe(owner)
    for (const email_verified of [false, undefined, 'true']) {
      const unproven = show(open(byEmail), await token({ email: 'ada@example.com', email_verified }))
      expect(await refusal(unproven)).toMatchObject(invalidKey)
    }
    const foreign = [
      await ownerOf({ sub: 'ada@example.com' }),
      await ownerOf({ sub: ownerOfEmail('ada@example.com', '') }),
    ]
    expect(foreign).toEqual([
      sha256Hex(`${issuer.url}\nada@example.com`),
      sha256Hex(`${issuer.url}\n${ownerOfEmail('ada@example.com', '')}`),
    ])
    expect(await ownerOf({ sub: 'auth0|5f7' })).toBe('auth0|5f7')
    expect(await ownerOf({ sub: 'service@clients' })).toBe('service@clients')
    expect(await ownerOf({ uid: 'u-1' }, { OAUTH_OWNER_CLAIM: 'uid' })).toBe('u-1')
  })

  test('a new signing key is found at once; made-up ones cannot make us ask without end', async () => {
    const rig = open()
    await show(rig, await token())
    const second = await makePair('second')
    issuer.publish(issuer.first, second)
    expect((await show(rig, await issuer.sign(issuer.claims({ aud: resource }), second))).id).toBe('ada')
    const before = issuer.keysAsked()
    for (let attempt = 0; attempt < 30; attempt++) {
      const stranger = await issuer.sign(issuer.claims({ aud: resource }), issuer.first, {
        kid: `made-up-${attempt}`,
      })
      expect(await refusal(show(rig, stranger))).toMatchObject(invalidKey)
    }
    expect(issuer.keysAsked() - before).toBeLessThanOrEqual(5)
    issuer.publish(issuer.first)
  })

  test('a key that was withdrawn stops, and a remembered token answers for itself alone', async () => {
    const rig = open()
    const mine = await token({ exp: seconds() + 7200 })
    await show(rig, mine)
    const altered = `${mine.slice(0, -4)}AAAA`
    expect(await refusal(show(rig, altered))).toMatchObject(invalidKey)
    issuer.publish(await makePair('next'))
    rig.clock.advance(15 * 60_000)
    expect(await refusal(show(rig, mine))).toMatchObject(invalidKey)
    issuer.publish(issuer.first)
  })

  test('an issuer that is down is unavailable, not a refusal, and is left alone for a moment; known keys go on', async () => {
    const [cold, warm] = [open(), open()]
    await show(warm, await token())
    issuer.fall()
    const before = issuer.requests()
    for (let attempt = 0; attempt < 5; attempt++) {
      const late = await refusal(show(cold, await token({ jti: `${attempt}` }), '/mcp', '203.0.113.20'))
      expect(late).toMatchObject({ kind: 'unavailable', code: 'AUTH_ISSUER_UNAVAILABLE' })
    }
    expect(issuer.requests() - before).toBe(1)
    warm.clock.advance(11 * 60_000)
    expect((await show(warm, await token({ jti: 'known', exp: seconds() + 7200 }))).id).toBe('ada')
    issuer.fall(false)
    cold.clock.advance(2000)
    expect((await show(cold, await token())).id).toBe('ada')
  })

  test('clients with tokens that have expired are told so, however many stand behind one address', async () => {
    const rig = open()
    const address = '198.51.100.77'
    const late = await token({ exp: seconds() - 60 })
    for (let attempt = 0; attempt < addressLimit + 20; attempt++) {
      const error = await refusal(show(rig, late, '/mcp', address))
      expect(error).toMatchObject({ ...invalidKey, data: { expired: true } })
      expect(error.headers['WWW-Authenticate']).toContain('error="invalid_token"')
    }
    const forged = `${late.slice(0, -4)}AAAA`
    const error = await refusal(show(rig, forged, '/mcp', address))
    expect(error).toMatchObject({ ...invalidKey, data: {} })
    expect(error.data).not.toHaveProperty('expired')
  })

  test('keys are asked for again while they still count, and nobody waits for it', async () => {
    const rig = open()
    const byFirst = (jti: string) =>
      issuer.sign(issuer.claims({ aud: resource, jti, exp: seconds() + 7200 }), issuer.first)
    await show(rig, await byFirst('early'))
    const before = issuer.keysAsked()
    rig.clock.advance(6 * 60_000)
    issuer.publish(await makePair('next'))
    expect((await show(rig, await byFirst('ageing'))).id).toBe('ada')
    while (issuer.keysAsked() === before) await Bun.sleep(5)
    expect(issuer.keysAsked()).toBe(before + 1)
    const refused = async (n: number) =>
      show(rig, await byFirst(`later-${n}`)).then(
        () => undefined,
        (error) => error,
      )
    let answer: unknown
    for (let n = 0; answer === undefined; n++) {
      await Bun.sleep(5)
      answer = await refused(n)
    }
    expect(answer).toMatchObject(invalidKey)
    issuer.publish(issuer.first)
  })

  test('a stranger’s issuer is never asked for anything', async () => {
    const other = await startIssuer()
    const forged = await other.sign(other.claims({ aud: resource }))
    expect(await refusal(show(open(), forged))).toMatchObject(invalidKey)
    expect(other.requests()).toBe(0)
    await other.stop()
  })

  test('Supabase’s users and the issuer’s live side by side', async () => {
    const rig = open({
      SUPABASE_URL: 'http://127.0.0.1:1',
      SUPABASE_JWT_SECRET: 'a-secret-of-at-least-thirty-two-characters',
    })
    const supabase = await new SignJWT({ role: 'authenticated' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('http://127.0.0.1:1/auth/v1')
      .setAudience('authenticated')
      .setSubject('grace')
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode('a-secret-of-at-least-thirty-two-characters'))
    expect((await show(rig, supabase)).id).toBe('grace')
    expect((await show(rig, await token())).id).toBe('ada')
  })
})

describe('where the keys are', () => {
  let ground: TestStorage
  beforeAll(async () => {
    ground = await openSqliteStorage()
  })
  afterAll(() => ground?.close())

  const ask = async (options: IssuerOptions, settings: (issuer: Issuer) => Partial<Config> = () => ({})) => {
    const issuer = await startIssuer(options)
    try {
      const config = { PUBLIC_URL, OAUTH_ISSUER: issuer.url, ...settings(issuer) }
      const { identity } = openRig(ground.storage, { clock: createClock(), fetch, config })
      const token = await issuer.sign(issuer.claims({ aud: resource }))
      return await identity.authenticate({ ...sent({ authorization: `Bearer ${token}` }), path: '/mcp' })
    } finally {
      await issuer.stop()
    }
  }

  test.each<[string, IssuerOptions]>([
    ['RFC 8414 at the root', {}],
    ['RFC 8414 for a path', { path: '/realms/main' }],
    ['OpenID Connect at the root', { metadata: 'openid' }],
    ['OpenID Connect below a path', { metadata: 'openid', path: '/realms/main' }],
  ])('are found by %s', async (_, options) => {
    expect((await ask(options)).id).toBe('ada')
  })

  test('may be told by the settings', async () => {
    expect((await ask({ metadata: 'none' }, ({ keysUrl }) => ({ OAUTH_JWKS_URL: keysUrl }))).id).toBe('ada')
  })

  test('the issuer’s name may be written with a slash at its end', async () => {
    expect((await ask({}, ({ url }) => ({ OAUTH_ISSUER: `${url}/` }))).id).toBe('ada')
  })

  test.each<[string, IssuerOptions]>([
    ['no metadata', { metadata: 'none' }],
    ['metadata of another issuer', { lies: { issuer: 'https://evil.example' } }],
    ['metadata without keys', { lies: { jwks_uri: undefined } }],
    ['keys that are no URL', { lies: { jwks_uri: 'file:///etc/passwd' } }],
  ])('%s: nobody can be judged', async (_, options) => {
    expect(await refusal(ask(options))).toMatchObject({
      kind: 'unavailable',
      code: 'AUTH_ISSUER_UNAVAILABLE',
    })
  })
})
