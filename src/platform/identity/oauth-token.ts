import { findKeySet } from './authorization-server'
import { createJwks, type JwksParts } from './jwks'
import type { TokenRules } from './jwt'
import { createPrincipalOf } from './oauth-claims'
import type { OAuthConfig } from './oauth-config'
import { readAudience } from './resource'

/** Access tokens of the authorization server that OAUTH_ISSUER names; undefined without one. */
export function oauthTokens(
  config: OAuthConfig,
  { fetch, now }: Omit<JwksParts, 'locate'>,
): TokenRules | undefined {
  const { OAUTH_ISSUER: issuer, OAUTH_JWKS_URL: jwksUrl, PUBLIC_URL: publicUrl } = config
  if (!issuer || !publicUrl) return undefined
  const locate = (signal: AbortSignal) =>
    jwksUrl ? Promise.resolve(jwksUrl) : findKeySet(issuer, (url, init) => fetch(url, { ...init, signal }))
  const published = createJwks({ locate, fetch, now })
  const admits = readAudience(publicUrl, config.OAUTH_AUDIENCE)
  return {
    issuers: spellings(issuer),
    key: published,
    standing: published.standing,
    algorithms: config.OAUTH_ALGORITHMS,
    skewSeconds: config.OAUTH_CLOCK_SKEW_SECONDS,
    principalOf: createPrincipalOf(config),
    admits: ({ aud }) => admits(aud),
  }
}

/** With and without a slash at the end: issuers write it, people leave it out. */
function spellings(issuer: string): string[] {
  const bare = issuer.replace(/\/+$/, '')
  return [bare, `${bare}/`]
}
