import type { JWTPayload } from 'jose'
import { type Principal, type Tier, tiers } from '../../core/principal'
import { normalizeEmail, ownerOfEmail } from './email'
import type { OAuthConfig } from './oauth-config'
import { isReservedOwner } from './owner'
import { invalidCredential } from './refusal'
import { parseScopeMap, type ScopeMapping } from './scope-map'
import { sha256Hex } from './secret'

const idForm = /^[^\s\p{C}]{1,255}$/u
const emailHash = /^[0-9a-f]{64}$/
const ownScope = /^[a-z][a-z0-9_-]{0,63}:[a-z][a-z0-9_-]{0,63}$/
const usualClaims = ['scope', 'scp', 'permissions']

/** What verified claims make of their bearer, by the OAUTH_… settings. */
export function createPrincipalOf(config: OAuthConfig): (claims: JWTPayload) => Principal {
  const mapping = parseScopeMap(config.OAUTH_SCOPE_MAP)
  return (claims) =>
    Object.freeze({
      id: ownerOf(claims, config),
      tier: tierOf(claims, config),
      scopes: Object.freeze(scopesOf(claims, config, mapping)),
      kind: 'jwt' as const,
      credential: 'oauth',
    })
}

/**
 * The owner of the caller's rows. An email address is never kept: a verified one in `email` becomes the owner that a subscription of it
 * has. In any other claim it may be a name that somebody chose, and so may the hash of one: these stay with their issuer.
 */
function ownerOf(
  claims: JWTPayload,
  { OAUTH_OWNER_CLAIM: claim, OAUTH_ISSUER, IDENTITY_NAMESPACE }: OAuthConfig,
): string {
  const value = claims[claim]
  if (typeof value !== 'string' || !idForm.test(value) || isReservedOwner(value)) throw invalidCredential()
  const email = normalizeEmail(value)
  if (claim === 'email') {
    if (email === undefined || claims.email_verified !== true) throw invalidCredential()
    return ownerOfEmail(email, IDENTITY_NAMESPACE)
  }
  return email !== undefined || emailHash.test(value) ? sha256Hex(`${OAUTH_ISSUER}\n${value}`) : value
}

function tierOf(claims: JWTPayload, { OAUTH_TIER_CLAIM: claim, OAUTH_DEFAULT_TIER }: OAuthConfig): Tier {
  const named = claim === undefined ? undefined : claims[claim]
  return tiers.find((tier) => tier === named) ?? OAUTH_DEFAULT_TIER
}

/** What the issuer gave, in this server's words. `*` and `admin` are words of ours, so they count by the map alone. */
function scopesOf(claims: JWTPayload, config: OAuthConfig, mapping: readonly ScopeMapping[]): string[] {
  const named = config.OAUTH_SCOPE_CLAIM ?? usualClaims.find((claim) => claims[claim] !== undefined)
  const value = named === undefined ? undefined : claims[named]
  if (value === undefined) return [...config.OAUTH_DEFAULT_SCOPES]
  const theirs = wordsOf(value)
  const mapped = mapping.filter((one) => theirs.includes(one.theirs)).map(({ ours }) => ours)
  const known = new Set(mapping.map((one) => one.theirs))
  const own = theirs.filter((scope) => ownScope.test(scope) && !known.has(scope))
  return [...new Set([...mapped, ...own])].sort()
}

function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(/\s+/).filter(Boolean)
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : []
}
