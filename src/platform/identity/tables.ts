import type { OwnLimits, Tier } from '../../core/principal'
import { table } from '../../core/table'

/** Issued API and ingest keys. `hash` is the hex SHA-256 of the whole key text; the text itself is kept nowhere. */
export const apiKeys = table('api_keys', 'owner', (c) => ({
  id: c.id(),
  /** The organization, or the user where there is none. */
  owner: c.text().notNull(),
  user_id: c.text(),
  org_id: c.text(),
  tier: c.text().notNull().$type<Tier>(),
  scopes: c.json<string[]>().notNull(),
  /** Set on ingest keys: the service that sends metrics with it. */
  service: c.text(),
  name: c.text(),
  hash: c.text().notNull(),
  limits: c.json<OwnLimits>(),
  /** Id of the key that this one replaced. */
  rotated_from: c.text(),
  expires_at: c.time(),
  /** Set when the key was replaced: it works until then. */
  overlap_ends_at: c.time(),
  revoked_at: c.time(),
  last_used_at: c.time(),
  created_at: c.time().notNull(),
}))

/** Subscriptions by email; `owner` is the hash of the normalized email, `key_hash` the hex SHA-256 of the key. */
export const userSubscriptions = table('user_subscriptions', 'owner', (c) => ({
  owner: c.text().primaryKey(),
  key_hash: c.text().notNull(),
  tier: c.text().notNull().$type<Tier>(),
  status: c.text().notNull().$type<SubscriptionStatus>(),
  expires_at: c.time(),
  created_at: c.time().notNull(),
  updated_at: c.time().notNull(),
}))

export const subscriptionStatuses = [
  'active',
  'trial',
  'past_due',
  'cancelled',
  'expired',
  'suspended',
] as const
export type SubscriptionStatus = (typeof subscriptionStatuses)[number]

export type KeyRow = ReturnType<typeof apiKeys.on>['$inferSelect']
export type SubscriptionRow = ReturnType<typeof userSubscriptions.on>['$inferSelect']
