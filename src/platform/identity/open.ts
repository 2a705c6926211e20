import { AppError } from '../../core/errors'
import type { Component, Meter } from '../../core/module'
import type { Principal } from '../../core/principal'
import type { Config } from '../config/settings'
import type { Limits } from '../limits/limits'
import type { Storage } from '../storage/storage'
import { acceptSenders } from './accept-senders'
import { type Credential, likelyKeyOf, readCredential } from './credential'
import { normalizeEmail, ownerOfEmail } from './email'
import { type EnvironmentKeyConfig, type EnvironmentKeys, environmentKeys } from './environment-keys'
import type { Credentials, Identity } from './identity'
import type { Standing } from './jwks'
import { createJwtCheck, type JwtCheck, type TokenRules } from './jwt'
import { createKeyCheck, type KeyCheck } from './key-check'
import { createLastUsed } from './last-used'
import type { OAuthConfig } from './oauth-config'
import { oauthTokens } from './oauth-token'
import { invalidCredential, invalidHeader } from './refusal'
import { sha256 } from './secret'
import { isSubscriptionKey } from './subscription'
import { createSubscriptionCheck, type SubscriptionCheck } from './subscription-check'
import { supabaseTokens } from './supabase-token'
import { createThrottle, type Throttle } from './throttle'

export interface IdentityParts {
  config: Pick<Config, 'SUPABASE_URL' | 'SUPABASE_JWT_SECRET'> & OAuthConfig & Partial<EnvironmentKeyConfig>
  storage: Storage
  limits: Pick<Limits, 'takeAddress'>
  meter: Meter
  /** Milliseconds since the epoch. */
  now(): number
  fetch(url: string, init?: RequestInit): Promise<Response>
}

/** Tells callers by API key, ingest key, subscription, or token of Supabase or the configured issuer. */
export function createIdentity(parts: IdentityParts): Identity {
  const throttle = createThrottle(parts.limits, parts.now)
  const checks = createChecks(parts, throttle)
  return {
    recognize(credentials) {
      const key = likelyKeyOf(credentials)
      const principal = key && checks.keys.recognize(sha256(key))
      if (principal) checks.hits.other(true)
      return principal || undefined
    },
    async authenticate(credentials) {
      const credential = readOrCount(credentials, throttle)
      const hash = sha256(credential.secret)
      // A subscription's key may be a short word that can be guessed; 256 random bits cannot, so a good key passes a throttled address.
      const guessable = credential.kind === 'subscription'
      if (guessable) throttle.admit(credentials.address, hash)
      try {
        const principal = await check(checks, credential, hash, credentials)
        if (guessable) throttle.accepted(credentials.address, hash)
        return principal
      } catch (error) {
        const { address } = credentials
        if (!guessable && isRefusal(error)) throttle.admit(address, hash)
        countRefusal(error, address, throttle)
        throw error
      }
    },
    async current(principal) {
      const { kind, id, credential } = principal
      if (kind === 'subscription') return checks.subscriptions.current(id)
      // What else there is was given for a time of its own, or stands in the settings.
      return kind === 'key' && credential ? checks.keys.current(credential) : principal
    },
    forget({ keyId, owner }) {
      if (keyId !== undefined) checks.keys.forget(keyId)
      if (owner !== undefined) checks.subscriptions.forget(owner)
    },
    acceptSenders: (keys) => acceptSenders(parts.storage.system, keys),
    hitRate: checks.hits.rate,
    issuers: () => stateOf(checks.issuers),
    settled: checks.settled,
  }
}

interface Checks {
  keys: KeyCheck
  environment: EnvironmentKeys
  subscriptions: SubscriptionCheck
  issuers: readonly TokenRules[]
  jwt: JwtCheck
  hits: Hits
  namespace: string
  settled(): Promise<void>
}

function createChecks(
  { config, storage: { system }, meter, now, fetch }: IdentityParts,
  { admitLookup }: Throttle,
): Checks {
  const lost = meter.counter(
    'api_key_last_used_failures_total',
    'Notes of a key’s last use that could not be written',
  )
  const lastUsed = createLastUsed({ system, now, onFailure: () => lost() })
  const { SUPABASE_URL: supabaseUrl, SUPABASE_JWT_SECRET: secret } = config
  const supabase = supabaseUrl ? supabaseTokens({ supabaseUrl, secret, fetch, now }) : undefined
  const issuers = [oauthTokens(config, { fetch, now }), supabase].filter((rules) => rules !== undefined)
  return {
    keys: createKeyCheck({ system, now, lastUsed, admitLookup }),
    environment: environmentKeys(config),
    subscriptions: createSubscriptionCheck({ system, now }),
    issuers,
    jwt: createJwtCheck(issuers, now),
    hits: createHits(meter),
    namespace: config.IDENTITY_NAMESPACE,
    settled: lastUsed.settled,
  }
}

function stateOf(issuers: readonly TokenRules[]): Component | undefined {
  if (issuers.length === 0) return undefined
  const those = (standing: Standing) =>
    issuers.filter((rules) => rules.standing() === standing).map((rules) => rules.issuers[0])
  const [failing, unasked] = [those('fails'), those('unasked')]
  if (failing.length > 0)
    return { status: 'degraded', detail: `${failing.join(', ')} does not give its keys` }
  if (unasked.length > 0)
    return {
      status: 'unknown',
      detail: `no token has come yet, so ${unasked.join(', ')} was not asked for keys`,
    }
  return { status: 'healthy' }
}

function readOrCount(credentials: Credentials, throttle: Throttle): Credential {
  try {
    return readCredential(credentials)
  } catch (error) {
    throttle.admit(credentials.address, undefined)
    countRefusal(error, credentials.address, throttle)
    throw error
  }
}

/**
 * Only what the sender got wrong counts against its address. A token that was good until now is no guess, and many clients that renew theirs
 * may stand behind one address.
 */
function countRefusal(error: unknown, address: string, throttle: Throttle): void {
  if (isRefusal(error)) throttle.refused(address)
}

const isRefusal = (error: unknown) =>
  error instanceof AppError &&
  (error.kind === 'unauthorized' || error.kind === 'malformed') &&
  error.data.expired !== true

function check(
  checks: Checks,
  credential: Credential,
  hash: Uint8Array,
  credentials: Credentials,
): Principal | Promise<Principal> {
  if (credential.kind === 'subscription') return checkSubscription(checks, credential, hash)
  const { kind, secret } = credential
  const given = checks.environment.size > 0 && checks.environment.get(hash.toHex())
  if (given) return given
  if (kind === 'key') return checks.keys.check(secret, hash, checks.hits.other, credentials)
  return checks.jwt.check(secret, hash, checks.hits.other, credentials.path)
}

function checkSubscription(
  checks: Checks,
  { email, secret }: { email: string; secret: string },
  hash: Uint8Array,
) {
  const normalized = normalizeEmail(email)
  if (normalized === undefined) throw invalidHeader('X-User-Email is not a valid email address')
  if (!isSubscriptionKey(secret)) throw invalidCredential()
  return checks.subscriptions.check(
    ownerOfEmail(normalized, checks.namespace),
    hash,
    checks.hits.subscription,
  )
}

interface Hits {
  subscription(hit: boolean): void
  other(hit: boolean): void
  rate(): number | null
}

function createHits(meter: Meter): Hits {
  const found = meter.counter('subscription_cache_hits_total', 'Subscription checks answered without a query')
  const missed = meter.counter(
    'subscription_cache_misses_total',
    'Subscription checks that asked the database',
  )
  let [hits, all] = [0, 0]
  const other = (hit: boolean) => {
    all++
    if (hit) hits++
  }
  return {
    other,
    subscription(hit) {
      other(hit)
      if (hit) found()
      else missed()
    },
    rate: () => (all === 0 ? null : hits / all),
  }
}
