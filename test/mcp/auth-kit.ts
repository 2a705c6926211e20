import { startApp, type TestApp } from '../kit/app'
import { type Issuer, startIssuer } from '../kit/issuer'

/** A whole server behind a socket that trusts a real issuer, reached under its own PUBLIC_URL. */
export interface Hosted {
  app: TestApp
  issuer: Issuer
  url: string
  /** An access token for `/mcp`, or for what `more` says. */
  token(scope?: string, more?: Record<string, unknown>): Promise<string>
  post(body: unknown, headers?: Record<string, string>, path?: string): Promise<Response>
  close(): Promise<void>
}

export async function startHosted(env: Record<string, string> = {}): Promise<Hosted> {
  const issuer = await startIssuer()
  let app: TestApp | undefined
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, peers) => app!.fetch(request, peers),
  })
  const url = `http://127.0.0.1:${server.port}`
  app = await startApp({
    env: {
      MODULES: 'journal',
      PUBLIC_URL: url,
      OAUTH_ISSUER: issuer.url,
      OAUTH_DEFAULT_TIER: 'enterprise',
      ...env,
    },
  })
  return {
    app,
    issuer,
    url,
    token: (scope = 'journal:read journal:write', more = {}) =>
      issuer.sign(issuer.claims({ aud: `${url}/mcp`, scope, ...more })),
    post: (body, headers = {}, path = '/mcp') =>
      fetch(url + path, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
        body: JSON.stringify(body),
      }),
    async close() {
      await server.stop(true)
      await app?.close()
      await issuer.stop()
    },
  }
}

interface Stored {
  client?: object
  tokens?: object
  verifier?: string
  discovery?: object
}

/** What a client keeps of its authorization, and the person who says yes: the redirect is followed at once, `code` is what came back. */
export function createPerson() {
  const kept: Stored = {}
  const redirects: URL[] = []
  let code: string | undefined
  const keep = (some: Stored) => void Object.assign(kept, some)
  const provider = {
    redirectUrl: 'http://127.0.0.1:9/callback',
    clientMetadata: {
      redirect_uris: ['http://127.0.0.1:9/callback'],
      client_name: 'test',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code'],
    },
    clientInformation: () => kept.client,
    saveClientInformation: (client: object) => keep({ client: client }),
    tokens: () => kept.tokens,
    saveTokens: (tokens: object) => keep({ tokens: tokens }),
    codeVerifier: () => kept.verifier,
    saveCodeVerifier: (verifier: string) => keep({ verifier: verifier }),
    discoveryState: () => kept.discovery,
    saveDiscoveryState: (discovery: object) => keep({ discovery: discovery }),
    async redirectToAuthorization(url: URL) {
      redirects.push(url)
      const response = await fetch(url, { redirect: 'manual' })
      code = new URL(response.headers.get('location')!).searchParams.get('code')!
    },
  }
  return { provider: provider as never, redirects, code: () => code!, kept }
}
