import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { AppError } from '../../core/errors'

export interface JwksParts {
  /** Where the key set is; asked before each fetch of it. */
  locate(signal: AbortSignal): Promise<string>
  fetch(url: string, init?: RequestInit): Promise<Response>
  now(): number
}

/** Keys older than this, in milliseconds, are asked for again before they count. */
const freshMs = 10 * 60_000
/** From this age on they are asked for again behind an answer, so that a server in use never waits for its issuer. */
const ageingMs = 5 * 60_000
/** While the issuer does not answer, keys that were seen go on counting for this long. */
const staleMs = 60 * 60_000
/** After a failure the issuer is left alone for this long. */
const pauseMs = 2000
const timeoutMs = 5000
/** Unknown key ids may cause this many fetches, and one more each `refillMs`. */
const [burst, refillMs] = [5, 12_000]
const maxBytes = 256 * 1024

/** What is known of an issuer's published keys. */
export type Standing = 'unasked' | 'answers' | 'fails'

/** Gives keys for tokens, and tells how it stands with the issuer. */
export type Jwks = JWTVerifyGetKey & {
  /** How it stands: `unasked` until the first token needs a key, then by the latest attempt. */
  standing(): Standing
}

/**
 * The issuer's published keys: fetched once, kept, fetched again when old or when a token names a key that is not among them (bounded: a
 * sender of made-up key ids cannot make us hammer the issuer). Throws `unavailable` while there are no keys to judge by.
 */
export function createJwks(parts: JwksParts): Jwks {
  const { now } = parts
  const takeRefetch = createBucket(now)
  let keys: JWTVerifyGetKey | undefined
  let [fetchedAt, failedAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  /** What a clock that was set back puts into the future is over. */
  const isWithin = (milliseconds: number, since: number) => now() >= since && now() - since <= milliseconds
  let pending: Promise<void> | undefined

  const fetchKeys = async () => {
    try {
      keys = createLocalJWKSet(await download(parts))
      fetchedAt = now()
    } catch (cause) {
      failedAt = now()
      if (!keys || !isWithin(staleMs, fetchedAt)) throw unreachable(cause)
    }
  }
  const refresh = () => {
    if (!pending && isWithin(pauseMs - 1, failedAt))
      return keys ? Promise.resolve() : Promise.reject(unreachable())
    pending ??= fetchKeys().finally(() => {
      pending = undefined
    })
    return pending
  }
  const keyFor: JWTVerifyGetKey = async (header, token) => {
    if (!keys || !isWithin(freshMs, fetchedAt)) await refresh()
    else if (!isWithin(ageingMs, fetchedAt)) refresh().catch(() => {})
    try {
      return await keys!(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !takeRefetch()) throw error
      await refresh()
      return await keys!(header, token)
    }
  }
  const standing = (): Standing =>
    failedAt > fetchedAt ? 'fails' : fetchedAt === Number.NEGATIVE_INFINITY ? 'unasked' : 'answers'
  return Object.assign(keyFor, { standing })
}

function createBucket(now: () => number): () => boolean {
  let [tokens, at] = [burst, now()]
  return () => {
    tokens = Math.min(burst, tokens + Math.max(0, now() - at) / refillMs)
    at = now()
    if (tokens < 1) return false
    tokens--
    return true
  }
}

async function download({ locate, fetch }: JwksParts): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(timeoutMs)
  const url = await locate(signal)
  const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'error', signal })
  if (!response.ok) throw new Error(`the key set was answered with ${response.status}`)
  const text = await response.text()
  if (text.length > maxBytes) throw new Error('the key set is too large')
  return JSON.parse(text)
}

const unreachable = (cause?: unknown) =>
  new AppError('unavailable', 'The issuer of this token cannot be reached to verify it: try again shortly', {
    code: 'AUTH_ISSUER_UNAVAILABLE',
    retryAfter: 5,
    cause,
  })
