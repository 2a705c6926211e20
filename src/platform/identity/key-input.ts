import { AppError, type Fault } from '../../core/errors'
import { type OwnLimits, type Tier, tiers, windows } from '../../core/principal'
import { nearest } from '../config/nearest'
import { normalizeEmail, ownerOfEmail } from './email'
import { readExpiry } from './expiry'
import { isReservedOwner, localOwner, serviceOwner } from './owner'

/** What a new key is to be. */
export interface NewKey {
  /** Needed, but for ingest keys (`enterprise`: metrics are not counted against a user's quota). */
  tier?: string
  /** Id of the user; an email address stands for its owner id (needs `namespace`). */
  userId?: string
  /** Id of the organization; it owns what the key writes, before the user. */
  orgId?: string
  /** `journal:read`, …, `*` (every scope but `admin`), `admin`. Default: `*`. */
  scopes?: readonly string[]
  /** The scopes that there are, beside `*` and `admin`; any when absent. */
  knownScopes?: readonly string[]
  /** Makes an ingest key for this service, which may only send metrics. */
  service?: string
  name?: string
  /** ISO 8601; default never. */
  expiresAt?: string | Date | null
  /** Limits of its own: windows of an enterprise key (-1 is unlimited), a `minute` of an ingest key. */
  limits?: OwnLimits | null
  /** `API_KEY_PREFIX`. Default `kota`. */
  prefix?: string
  /** `IDENTITY_NAMESPACE`, for a `userId` that is an email address. */
  namespace?: string
}

/** A new key's columns, checked. */
export interface KeyColumns {
  owner: string
  user_id: string | null
  org_id: string | null
  tier: Tier
  scopes: string[]
  service: string | null
  name: string | null
  limits: OwnLimits | null
  expires_at: Date | null
}

/** What an ingest key may do. */
const ingestScopes = ['metrics:write']
/** What a key may do when nothing is said: everything but `admin`, which must be asked for. */
const defaultScopes = ['*']
const scopeForm = /^(\*|admin|[a-z][a-z0-9_-]{0,63}:[a-z][a-z0-9_-]{0,63})$/
const idForm = /^[^\s\p{C}@]{1,255}$/u
const nameForm = /^[^\p{C}]{1,100}$/u
const serviceForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const mostAMinute = 100_000_000

/** True for what may be the service of an ingest key. */
export const isServiceName = (text: string): boolean => serviceForm.test(text)

/** Checks everything and throws `invalid` with every fault. */
export function readNewKey(input: NewKey, now: Date): KeyColumns {
  const faults: Fault[] = []
  const user_id = readOwner('/user_id', input.userId, input.namespace, faults)
  const org_id = readOwner('/org_id', input.orgId, input.namespace, faults)
  const service = readText(
    '/service',
    input.service,
    serviceForm,
    'must be letters, digits, dots, _ and -',
    faults,
  )
  const expires_at = readExpiry(input.expiresAt, faults)
  if (expires_at && expires_at <= now) faults.push({ path: '/expires_at', message: 'must be in the future' })
  const tier = readTier(input.tier ?? (service === null ? undefined : 'enterprise'), faults)
  const owner = org_id ?? user_id ?? (service === null ? null : serviceOwner(service))
  if (owner === null && faults.length === 0)
    faults.push({ path: '/user_id', message: 'is needed: whose key is it?' })
  const columns = {
    owner: owner ?? '',
    user_id,
    org_id,
    tier,
    scopes: readScopes(input, faults),
    service,
    name: readText('/name', input.name, nameForm, 'must be 1 to 100 characters', faults),
    limits: readLimits(input, tier, faults),
    expires_at,
  }
  if (faults.length > 0) throw misfit(faults)
  return columns
}

/** 422 with every fault of a command's input. */
export function misfit(errors: Fault[]): AppError {
  const text = errors.map(({ path, message }) => `${path.slice(1)} ${message}`).join('; ')
  return new AppError('invalid', `The input does not fit: ${text}`, { errors })
}

export function readTier(value: string | undefined, faults: Fault[]): Tier {
  const tier = tiers.find((known) => known === value?.toLowerCase())
  if (!tier) faults.push({ path: '/tier', message: `must be one of ${tiers.join(', ')}` })
  return tier ?? 'free'
}

/** An email address is never stored: its owner id stands in its place. */
function readOwner(
  path: string,
  value: string | undefined,
  namespace: string | undefined,
  faults: Fault[],
): string | null {
  if (value === undefined) return null
  const email = value.includes('@') ? normalizeEmail(value) : undefined
  if (email !== undefined && namespace !== undefined) return ownerOfEmail(email, namespace)
  if (!idForm.test(value))
    faults.push({ path, message: 'must be an id of 1 to 255 characters without blanks or @' })
  else if (isReservedOwner(value) && value !== localOwner) faults.push({ path, message: 'is reserved' })
  return value
}

function readText(
  path: string,
  value: string | undefined,
  form: RegExp,
  message: string,
  faults: Fault[],
): string | null {
  if (value === undefined) return null
  if (!form.test(value)) faults.push({ path, message })
  return value
}

function readScopes({ scopes, service, knownScopes }: NewKey, faults: Fault[]): string[] {
  const wanted = [...new Set(scopes ?? (service === undefined ? defaultScopes : ingestScopes))]
  if (service !== undefined && wanted.join() !== ingestScopes.join()) {
    faults.push({ path: '/scopes', message: `of an ingest key can only be ${ingestScopes.join()}` })
  } else if (wanted.length === 0 || !wanted.every((scope) => scopeForm.test(scope))) {
    faults.push({ path: '/scopes', message: 'must be a list of scopes like journal:read, * or admin' })
  } else if (service === undefined && knownScopes) {
    const all = [...knownScopes, '*', 'admin']
    const strange = wanted.filter((scope) => !all.includes(scope))
    faults.push(...strange.map((scope) => ({ path: '/scopes', message: explainScope(scope, all) })))
  }
  return wanted
}

/** A scope that nothing asks for would make a key that opens nothing, without a word. */
function explainScope(scope: string, all: readonly string[]): string {
  const meant = nearest(scope, all)
  return `has ${scope}, which nothing here asks for; ${meant ? `did you mean ${meant}?` : `there are ${all.join(', ')}`}`
}

/** Throws `invalid` with every fault of limits that a key is to have. */
export function checkLimits(input: Pick<NewKey, 'limits' | 'service'>, tier: Tier): void {
  const faults: Fault[] = []
  readLimits(input, tier, faults)
  if (faults.length > 0) throw misfit(faults)
}

function readLimits(
  { limits, service }: Pick<NewKey, 'limits' | 'service'>,
  tier: Tier,
  faults: Fault[],
): OwnLimits | null {
  if (!limits) return null
  if (tier !== 'enterprise') faults.push({ path: '/limits', message: 'are for the tier enterprise alone' })
  for (const [name, limit] of Object.entries(limits)) {
    const fault = limitFault(name, limit, service !== undefined)
    if (fault) faults.push(fault)
  }
  return limits
}

function limitFault(name: string, limit: number, ingest: boolean): Fault | undefined {
  if (name === 'minute') {
    const fits = Number.isSafeInteger(limit) && limit >= 1 && limit <= mostAMinute
    if (ingest && fits) return undefined
    return {
      path: '/rate_limit',
      message: ingest ? `must be from 1 to ${mostAMinute}` : 'is for ingest keys alone',
    }
  }
  const known = windows.some((window) => window === name)
  if (known && Number.isSafeInteger(limit) && (limit >= 1 || limit === -1)) return undefined
  return {
    path: `/limits/${known ? name : ''}`,
    message: `must be -1 or more than 0 for ${windows.join(', ')}`,
  }
}
