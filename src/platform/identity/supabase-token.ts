import { errors, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { type Principal, type Tier, tiers } from '../../core/principal'
import { createJwks, type JwksParts } from './jwks'
import type { TokenRules } from './jwt'
import { isReservedOwner } from './owner'
import { invalidCredential } from './refusal'

interface SupabaseParts extends Omit<JwksParts, 'locate'> {
  /** `https://<project>.supabase.co` */
  supabaseUrl: string
  /** Legacy shared secret; HS256 is refused without it. */
  secret: string | undefined
}

/** The access tokens of a Supabase project's users: issuer, audience and role are Supabase Auth's own. */
export function supabaseTokens({ supabaseUrl, secret, fetch, now }: SupabaseParts): TokenRules {
  const issuer = `${supabaseUrl.replace(/\/+$/, '')}/auth/v1`
  const published = createJwks({ locate: async () => `${issuer}/.well-known/jwks.json`, fetch, now })
  const shared = secret ? new TextEncoder().encode(secret) : undefined
  return {
    issuers: [issuer],
    key: pickKey(published, shared),
    standing: published.standing,
    algorithms: ['ES256', 'RS256', 'EdDSA', 'HS256'],
    audience: 'authenticated',
    skewSeconds: 0,
    principalOf,
  }
}

/** The algorithm in the header only chooses among keys that are ours for that algorithm, so it cannot turn a public key into a secret. */
const pickKey =
  (published: JWTVerifyGetKey, shared: Uint8Array | undefined): JWTVerifyGetKey =>
  (header, token) => {
    if (header.alg !== 'HS256') return published(header, token)
    if (!shared) throw new errors.JOSEAlgNotAllowed('HS256 is not accepted')
    return shared
  }

/** `user_metadata` is the user's own to write, so the tier is read from `app_metadata` alone. */
function principalOf(claims: JWTPayload): Principal {
  const { sub, role } = claims
  if (role !== 'authenticated' || typeof sub !== 'string' || !/^[\w.:@|-]{1,255}$/.test(sub))
    throw invalidCredential()
  if (isReservedOwner(sub)) throw invalidCredential()
  const { tier } = (claims.app_metadata ?? {}) as { tier?: unknown }
  return Object.freeze({
    id: sub,
    tier: tiers.includes(tier as Tier) ? (tier as Tier) : 'free',
    scopes: Object.freeze(['*']),
    kind: 'jwt' as const,
    credential: 'jwt',
  })
}
