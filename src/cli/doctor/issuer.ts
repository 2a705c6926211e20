import type { Config } from '../../platform/config/settings'
import { findKeySet } from '../../platform/identity/authorization-server'
import { scrub } from '../../platform/telemetry/scrub'
import { type Finding, fail, pass, warn } from './finding'

interface Key {
  kty?: string
  alg?: string
  use?: string
}

/** The issuer whose tokens are accepted: metadata, signing keys, clock. */
export async function checkIssuer(config: Config): Promise<Finding[]> {
  const { OAUTH_ISSUER: issuer, OAUTH_JWKS_URL: jwksUrl } = config
  if (!issuer) return []
  const signal = AbortSignal.timeout(5000)
  const look = (url: string, init?: RequestInit) => fetch(url, { ...init, signal })
  try {
    const url = jwksUrl ?? (await findKeySet(issuer, look))
    const response = await look(url, { redirect: 'error' })
    if (!response.ok) throw new Error(`the key set was answered with ${response.status}`)
    const { keys } = (await response.json()) as { keys?: Key[] }
    if (!Array.isArray(keys)) throw new Error('the key set is no list of keys')
    return [judgeKeys(keys, issuer, config.OAUTH_ALGORITHMS), ...judgeClock(response, config)]
  } catch (error) {
    const next = jwksUrl
      ? 'check OAUTH_JWKS_URL and the network between; without keys every token is answered with 503'
      : 'check OAUTH_ISSUER and the network between, or set OAUTH_JWKS_URL; without keys every token is answered with 503'
    return [fail('issuer', `${issuer}: ${scrub(reasonOf(error))}`, next)]
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

function judgeKeys(keys: Key[], issuer: string, accepted: readonly string[]): Finding {
  const signing = keys.filter(({ kty, use }) => kty !== 'oct' && use !== 'enc')
  const usable = signing.filter(({ alg }) => alg === undefined || accepted.includes(alg))
  if (usable.length > 0) return pass('issuer', `${issuer} publishes ${usable.length} signing keys that count`)
  if (signing.length === 0)
    return fail('issuer', `${issuer} publishes no signing keys`, 'make it sign with asymmetric keys')
  const others = [...new Set(signing.map(({ alg }) => alg))].join(', ')
  return fail('issuer', `${issuer} signs with ${others} alone`, 'add it to OAUTH_ALGORITHMS')
}

/** `Date` counts whole seconds, so a second is no difference. */
function judgeClock({ headers }: Response, { OAUTH_CLOCK_SKEW_SECONDS: skew }: Config): Finding[] {
  const theirs = Date.parse(headers.get('date') ?? '')
  const seconds = Math.round((theirs - Date.now()) / 1000)
  if (Number.isNaN(seconds) || Math.abs(seconds) <= Math.max(1, skew)) return []
  const detail = `the issuer is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead'}`
  return [warn('issuer clock', detail, 'synchronise both clocks (NTP): tokens are judged by time')]
}
