import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { AppError } from '../../core/errors'
import { type Principal, type Tier, tiers } from '../../core/principal'
import { createJwks, type JwksParts } from './jwks'
import { isReservedOwner } from './owner'
import { invalidCredential } from './refusal'

export interface JwtCheck {
  /** The token's user, or throws AUTH_INVALID_KEY; `unavailable` when the issuer's keys cannot be had. */
  check(token: string, hash: Uint8Array, onCache: (hit: boolean) => void): Promise<Principal>
}

interface JwtParts extends Omit<JwksParts, 'url'> {
  /** `https://<project>.supabase.co` */
  supabaseUrl: string
  /** Legacy shared secret; HS256 is refused without it. */
  secret: string | undefined
}

interface Verified {
  principal: Principal
  /** Milliseconds since the epoch. */
  from: number
  until: number
}

const asymmetric = ['ES256', 'RS256', 'EdDSA']
/** A verified token is not verified again for this long, and never beyond its own end. */
const keptMs = 5 * 60_000
const size = 10_000

/** Three dot-separated parts: what only a JWT looks like. */
export const isJwt = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)

/** Verifies the access tokens of a Supabase project's users: signature, issuer, audience, time, role. */
export function createJwtCheck({ supabaseUrl, secret, fetch, now }: JwtParts): JwtCheck {
  const issuer = `${supabaseUrl.replace(/\/+$/, '')}/auth/v1`
  const published = createJwks({ url: `${issuer}/.well-known/jwks.json`, fetch, now })
  const verified = new Map<string, Verified>()
  const shared = secret ? new TextEncoder().encode(secret) : undefined
  const keep = (id: string, entry: Verified) => {
    verified.delete(id)
    if (verified.size >= size) verified.delete(verified.keys().next().value!)
    verified.set(id, entry)
  }
  return {
    async check(token, hash, onCache) {
      const id = hash.toHex()
      const known = verified.get(id)
      const hit = known !== undefined && now() >= known.from && now() < known.until
      onCache(hit)
      if (hit) return known.principal
      const claims = await verify(token, pickKey(published, shared), issuer, new Date(now()))
      const principal = principalOf(claims)
      keep(id, { principal, from: now(), until: Math.min(now() + keptMs, claims.exp! * 1000) })
      return principal
    },
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

async function verify(
  token: string,
  key: JWTVerifyGetKey,
  issuer: string,
  currentDate: Date,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, key, {
      issuer,
      audience: 'authenticated',
      algorithms: [...asymmetric, 'HS256'],
      requiredClaims: ['exp', 'sub'],
      currentDate,
    })
    return payload
  } catch (error) {
    if (error instanceof AppError) throw error
    throw invalidCredential()
  }
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
