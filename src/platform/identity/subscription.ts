import type { Principal, SubscriptionState } from '../../core/principal'
import { randomBase64url } from './secret'
import type { SubscriptionRow, SubscriptionStatus } from './tables'

/** How long a subscription goes on working after its end. */
export const graceMs = 7 * 24 * 60 * 60 * 1000

const keyForm = /^fm_sub_[A-Za-z0-9_-]{1,200}$/

export const isSubscriptionKey = (text: string): boolean => keyForm.test(text)

/** `fm_sub_` and 256 random bits in URL-safe base64. */
export const makeSubscriptionKey = (): string => `fm_sub_${randomBase64url(32)}`

/** Statuses under which a subscription works; the others stop it at once, whatever its end. */
const working: readonly SubscriptionStatus[] = ['active', 'trial', 'past_due']

/**
 * What a subscription is at `now`. One that works goes on for 7 days after `expires_at` (`inGrace`), then its status reads `expired`.
 * `past_due` works like `active`: the payment is late, the time paid for decides.
 */
export function standingOf(row: SubscriptionRow, now: number): { state: SubscriptionState; valid: boolean } {
  const end = row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY
  const works = working.includes(row.status)
  const valid = works && now < end + graceMs
  const status = works && !valid ? 'expired' : row.status
  const state = { status, expiresAt: row.expires_at?.toISOString() ?? null, inGrace: valid && now >= end }
  return { state, valid }
}

/** The holder of a subscription may use every module. */
export const subscriber = (row: SubscriptionRow, subscription: SubscriptionState): Principal => ({
  id: row.owner,
  tier: row.tier,
  scopes: ['*'],
  kind: 'subscription',
  subscription,
  credential: 'subscription',
})

/** When the days of grace are over (ISO 8601 UTC), for a subscription that works by them alone; undefined else. */
export function graceUntil({ inGrace, expiresAt }: SubscriptionState): string | undefined {
  return inGrace && expiresAt ? new Date(Date.parse(expiresAt) + graceMs).toISOString() : undefined
}
