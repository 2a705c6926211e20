import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { AppError } from '../../core/errors'
import type { Principal } from '../../core/principal'
import type { Standing } from './jwks'
import { expiredToken, invalidCredential } from './refusal'
import type { Admits } from './resource'

/** Judges access tokens. */
export interface JwtCheck {
  /**
   * The token's user, or throws AUTH_INVALID_KEY; `unavailable` when the issuer's keys cannot be had. `path` is what the token is
   * presented to.
   */
  check(token: string, hash: Uint8Array, onCache: (hit: boolean) => void, path?: string): Promise<Principal>
}

/** How the tokens of one issuer are judged. */
export interface TokenRules {
  /** Values of `iss` that are this issuer's. */
  issuers: string[]
  /** Gives a key of the issuer's for the token's header; never one of another kind of algorithm. */
  key: JWTVerifyGetKey
  /** Whether its keys were had when last asked for. */
  standing(): Standing
  algorithms: string[]
  /** What `aud` must be, or have among others; absent where `admits` judges it. */
  audience?: string
  skewSeconds: number
  /** Who the token stands for, by claims that were verified. Throws AUTH_INVALID_KEY. */
  principalOf(claims: JWTPayload): Principal
  /** Tells where the token may be presented; everywhere when absent. What it gives is kept, so it holds on to no claims. */
  admits?(claims: JWTPayload): Admits
}

interface Verified {
  principal: Principal
  admits: Admits | undefined
  /** Milliseconds since the epoch. */
  from: number
  until: number
}

/** A verified token is not verified again for this long, and never beyond its own end. */
const keptMs = 5 * 60_000
const size = 10_000

/** Three dot-separated parts: what only a JWT looks like. */
export const isJwt = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)

/** Verifies tokens of these issuers: signature, issuer, audience, times; what is remembered is found by the whole token's hash. */
export function createJwtCheck(issuers: readonly TokenRules[], now: () => number): JwtCheck {
  const verified = new Map<string, Verified>()
  const keep = (id: string, entry: Verified) => {
    verified.delete(id)
    if (verified.size >= size) verified.delete(verified.keys().next().value!)
    verified.set(id, entry)
  }
  return {
    async check(token, hash, onCache, path) {
      const id = hash.toHex()
      const known = verified.get(id)
      const hit = known !== undefined && now() >= known.from && now() < known.until
      onCache(hit)
      const entry = hit ? known : await judge(token, issuers, now())
      if (!hit) keep(id, entry)
      if (entry.admits && !entry.admits(path)) throw invalidCredential()
      return entry.principal
    },
  }
}

async function judge(token: string, issuers: readonly TokenRules[], now: number): Promise<Verified> {
  const rules = rulesFor(token, issuers)
  const claims = await verify(token, rules, new Date(now))
  const until = Math.min(now + keptMs, (claims.exp! + rules.skewSeconds) * 1000)
  return { principal: rules.principalOf(claims), admits: rules.admits?.(claims), from: now, until }
}

/** The claim only chooses whose keys the token is held against; with these it is verified. */
function rulesFor(token: string, issuers: readonly TokenRules[]): TokenRules {
  const iss = readIssuer(token)
  const rules = issuers.find((one) => one.issuers.includes(iss ?? ''))
  if (!rules) throw invalidCredential()
  return rules
}

function readIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

async function verify(token: string, rules: TokenRules, currentDate: Date): Promise<JWTPayload> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, rules.key, {
      issuer: rules.issuers,
      ...(rules.audience !== undefined && { audience: rules.audience }),
      algorithms: rules.algorithms,
      requiredClaims: ['exp'],
      clockTolerance: rules.skewSeconds,
      currentDate,
    })
    if (!isAccessToken(protectedHeader.typ)) throw invalidCredential()
    return payload
  } catch (error) {
    if (error instanceof AppError) throw error
    // Signature and issuer were good: times are judged after them.
    throw error instanceof errors.JWTExpired ? expiredToken() : invalidCredential()
  }
}

/** RFC 9068 says `at+jwt`, many say `JWT` or nothing; what names another purpose (a proof, a logout) is no access token. */
const isAccessToken = (typ: string | undefined) =>
  typ === undefined || /^(application\/)?(at\+)?jwt$/i.test(typ)
