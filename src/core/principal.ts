/** Service levels, lowest first. Quotas: `platform/limits/tiers.ts`. */
export const tiers = ['free', 'basic', 'solo', 'premium', 'team', 'enterprise'] as const
export type Tier = (typeof tiers)[number]

/** The sliding windows that quotas are kept over. */
export const windows = ['burst', 'hour', 'day', 'month'] as const
export type Window = (typeof windows)[number]

export type PrincipalKind = 'key' | 'subscription' | 'ingest' | 'jwt' | 'local' | 'anonymous'

/** What a subscription credential says about its holder. */
export interface SubscriptionState {
  status: 'active' | 'trial' | 'past_due' | 'cancelled' | 'expired' | 'suspended'
  /** ISO 8601 UTC, or null for one that never ends. */
  expiresAt: string | null
  /** True within the 7 days after expiry in which it still works. */
  inGrace: boolean
}

/** A credential's own limits: calls in each window, of an enterprise key; requests that send metrics a `minute`, of an ingest key. */
export type OwnLimits = Partial<Record<Window | 'minute', number>>

/** Who is calling. `id` is the owner in every table. */
export interface Principal {
  id: string
  tier: Tier
  /** `journal:read`, `journal:write`, …, or `*` for every scope over what is the caller's own. */
  scopes: readonly string[]
  kind: PrincipalKind
  /** Limits of its own; the tier's, or the settings', where one is absent. */
  limits?: OwnLimits
  subscription?: SubscriptionState
  /** Of an ingest key: the service whose metrics it sends; `any` for all. */
  service?: string
  /** The credential's id for the audit trail (a key id), never the secret. */
  credential?: string
  /** With an operation of optional access: why the presented credential was refused. */
  refusal?: { code: string; message: string }
}

/** Scopes over what belongs to the whole installation and not to the caller: `*` does not grant them. */
const shared: ReadonlySet<string> = new Set(['admin', 'metrics:read', 'metrics:write', 'metrics:admin'])

/**
 * True when the principal may use something that asks for `scope`. `*` grants every scope over what is the caller's own; those over what all
 * share must be listed themselves, where `admin` counts for each of them. Null asks for no scope, which is open to all but ingest keys:
 * those may only send metrics.
 */
export function allows({ scopes, kind }: Principal, scope: string | null): boolean {
  if (scope === null) return kind !== 'ingest'
  const all = shared.has(scope) ? 'admin' : '*'
  for (let at = 0; at < scopes.length; at++) if (scopes[at] === scope || scopes[at] === all) return true
  return false
}
