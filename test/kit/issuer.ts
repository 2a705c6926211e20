import { createHash } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export interface Pair {
  kid: string
  alg: string
  publicKey: CryptoKey
  privateKey: CryptoKey
}

export const makePair = async (kid: string, alg = 'ES256'): Promise<Pair> => ({
  ...(await generateKeyPair(alg, { extractable: true })),
  kid,
  alg,
})

export interface IssuerOptions {
  /** Path of the issuer below its origin. */
  path?: string
  /** Which metadata it publishes. */
  metadata?: 'oauth' | 'openid' | 'none'
  /** Members that differ from the truth. */
  lies?: Record<string, unknown>
}

/** What a client asked the token endpoint for. */
export interface Asked {
  grant: string
  resource: string | null
  scope: string | null
}

/**
 * An authorization server over real HTTP: metadata, key set, registration, authorization (which says yes at once), tokens by code with PKCE
 * or by client credentials. Signed with jose.
 */
export async function startIssuer({ path = '', metadata = 'oauth', lies = {} }: IssuerOptions = {}) {
  let keys = [await makePair('first')]
  let [requests, keysAsked, down] = [0, 0, false]
  const asked: Asked[] = []
  const codes = new Map<string, { challenge: string; scope: string | null; resource: string | null }>()
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => answer(request) })
  const origin = `http://127.0.0.1:${server.port}`
  const issuer = origin + path
  const now = () => Math.floor(Date.now() / 1000)

  const claims = (more: JWTPayload = {}): JWTPayload => ({
    iss: issuer,
    sub: 'ada',
    iat: now(),
    exp: now() + 600,
    ...more,
  })
  const sign = (payload: JWTPayload, pair = keys[0]!, header: Record<string, unknown> = {}) =>
    new SignJWT(payload)
      .setProtectedHeader({ alg: pair.alg, kid: pair.kid, typ: 'at+jwt', ...header })
      .sign(pair.privateKey)

  const document = {
    issuer,
    jwks_uri: `${issuer}/keys`,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    grant_types_supported: ['authorization_code', 'client_credentials'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    ...lies,
  }
  const places: Record<string, string> = {
    oauth: `/.well-known/oauth-authorization-server${path}`,
    openid: `${path}/.well-known/openid-configuration`,
    none: '/nowhere',
  }
  const published = async () => {
    keysAsked++
    const jwks = keys.map(async ({ publicKey, kid, alg }) => ({
      ...(await exportJWK(publicKey)),
      kid,
      alg,
      use: 'sig',
    }))
    return Response.json({ keys: await Promise.all(jwks) })
  }
  const authorize = (query: URLSearchParams) => {
    const code = crypto.randomUUID()
    const [scope, resource] = [query.get('scope'), query.get('resource')]
    codes.set(code, { challenge: query.get('code_challenge')!, scope, resource })
    const back = new URL(query.get('redirect_uri')!)
    back.searchParams.set('code', code)
    if (query.has('state')) back.searchParams.set('state', query.get('state')!)
    return Response.redirect(back.href, 302)
  }
  const token = async (form: URLSearchParams) => {
    const given = grantOf(form)
    if (!given) return Response.json({ error: 'invalid_grant' }, { status: 400 })
    const { scope, resource } = given
    asked.push({ grant: form.get('grant_type')!, scope, resource })
    const payload = claims({ ...(resource && { aud: resource }), ...(scope && { scope }) })
    return Response.json({
      access_token: await sign(payload),
      token_type: 'Bearer',
      expires_in: 600,
      ...(scope && { scope }),
    })
  }
  const grantOf = (form: URLSearchParams) => {
    if (form.get('grant_type') === 'client_credentials')
      return { scope: form.get('scope'), resource: form.get('resource') }
    const code = codes.get(form.get('code') ?? '')
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    return code && proof === code.challenge ? code : undefined
  }
  const answer = async (request: Request): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url)
    requests++
    if (down) return new Response('down', { status: 503 })
    if (pathname === places[metadata]) return Response.json(document)
    if (pathname === `${path}/keys`) return published()
    if (pathname === `${path}/authorize`) return authorize(searchParams)
    if (pathname === `${path}/token`) return token(new URLSearchParams(await request.text()))
    if (pathname === `${path}/register`) {
      return Response.json(
        { ...((await request.json()) as object), client_id: crypto.randomUUID() },
        { status: 201 },
      )
    }
    return new Response('', { status: 404 })
  }
  return {
    url: issuer,
    keysUrl: `${issuer}/keys`,
    first: keys[0]!,
    claims,
    sign,
    asked,
    publish: (...pairs: Pair[]) => {
      keys = pairs
    },
    fall: (value = true) => {
      down = value
    },
    requests: () => requests,
    keysAsked: () => keysAsked,
    stop: () => server.stop(true),
  }
}

export type Issuer = Awaited<ReturnType<typeof startIssuer>>
