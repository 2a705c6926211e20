type Fetch = (url: string, init?: RequestInit) => Promise<Response>

const maxBytes = 256 * 1024

/**
 * The `jwks_uri` of an issuer, by its metadata: RFC 8414, else OpenID Connect's, which older issuers have at the end of their own path.
 * Throws an Error that says what was found instead.
 */
export async function findKeySet(issuer: string, fetch: Fetch): Promise<string> {
  for (const url of metadataUrls(issuer)) {
    const metadata = await read(url, issuer, fetch)
    if (metadata?.jwks_uri !== undefined) return checkedKeySet(metadata.jwks_uri, issuer)
  }
  throw new Error('the issuer publishes no metadata with a jwks_uri')
}

function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/+$/, '')
  const all = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/openid-configuration${path}`,
  ]
  return [...new Set(all)]
}

interface Metadata {
  issuer?: unknown
  jwks_uri?: unknown
}

/** Undefined where nothing is. Metadata of another issuer are refused, as RFC 8414 demands. */
async function read(url: string, issuer: string, fetch: Fetch): Promise<Metadata | undefined> {
  const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'error' })
  if (response.status >= 400 && response.status < 500) return undefined
  if (!response.ok) throw new Error(`the issuer’s metadata were answered with ${response.status}`)
  const text = await response.text()
  if (text.length > maxBytes) throw new Error('the issuer’s metadata are too large')
  const metadata = JSON.parse(text) as Metadata
  if (typeof metadata.issuer !== 'string' || !sameIssuer(metadata.issuer, issuer))
    throw new Error('the metadata are another issuer’s')
  return metadata
}

const sameIssuer = (a: string, b: string) => a.replace(/\/$/, '') === b.replace(/\/$/, '')

/** Keys that came over an open wire prove nothing. */
function checkedKeySet(uri: unknown, issuer: string): string {
  const url = typeof uri === 'string' && URL.canParse(uri) ? new URL(uri) : undefined
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && issuer.startsWith('http:'))) return url.href
  throw new Error('the jwks_uri in the metadata is no https URL')
}
