import { and, desc, eq, ne } from 'drizzle-orm'
import { AppError, type Fault, invalid, notFound } from '../../core/errors'
import type { Scope, Writer } from '../../core/storage'
import { audit, type Change, fullChange } from './change'
import { normalizeEmail, ownerOfEmail } from './email'
import { readExpiry } from './expiry'
import { misfit, readTier } from './key-input'
import { olderThan } from './page'
import { sha256Hex } from './secret'
import { isSubscriptionKey, makeSubscriptionKey, standingOf } from './subscription'
import {
  type SubscriptionRow,
  type SubscriptionStatus,
  subscriptionStatuses,
  userSubscriptions,
} from './tables'

/** Which subscription: by email, under the server's `IDENTITY_NAMESPACE`. */
export interface Subscriber {
  email: string
  namespace: string
}

export interface SubscriptionChange {
  tier?: string
  status?: string
  /** ISO 8601; null is never. */
  expiresAt?: string | Date | null
  /** `fm_sub_` and 1 to 200 of A-Z a-z 0-9 _ -. */
  key?: string
}

/** A subscription as it is shown. Times are ISO 8601 UTC. */
export interface SubscriptionView {
  /** Hash of the email. */
  user_id: string
  tier: string
  /** As it counts now: `expired` once the grace is over. */
  status: SubscriptionStatus
  /** True when a call with its key goes through. */
  valid: boolean
  in_grace: boolean
  expires_at: string | null
  created_at: string
  updated_at: string
}

/**
 * Adds the subscription of an email. `key` in the answer is shown this once. Throws `invalid`, or `conflict` when the email has one already
 * or another email has the key.
 */
export async function createSubscription(
  system: Scope,
  input: Subscriber & SubscriptionChange,
  change?: Change,
): Promise<SubscriptionView & { key: string }> {
  const by = fullChange(change)
  const owner = readOwner(input)
  const { tier, key_hash, ...rest } = readChange({ ...input, tier: input.tier ?? '' })
  const key = input.key ?? makeSubscriptionKey()
  const row: SubscriptionRow = {
    owner,
    tier: tier!,
    key_hash: key_hash ?? sha256Hex(key),
    status: rest.status ?? 'active',
    expires_at: rest.expires_at ?? null,
    created_at: by.at,
    updated_at: by.at,
  }
  return await system.write(async (tx) => {
    const added = await tx
      .insert(userSubscriptions.on(tx.dialect))
      .values(row)
      .onConflictDoNothing()
      .returning({ owner: userSubscriptions.on(tx.dialect).owner })
    if (added.length === 0) throw await explainConflict(tx, owner)
    await audit(tx, by, owner, 'create_subscription', owner)
    return { ...viewSubscription(row, by.at), key }
  })
}

/** Where a page of subscriptions ended. */
export type SubscriptionPlace = Pick<SubscriptionView, 'user_id' | 'created_at'>

/** Subscriptions newest first; `after` is the last one of the page before. */
export function listSubscriptions(
  system: Scope,
  { limit = 1000, after }: { limit?: number; after?: SubscriptionPlace } = {},
): Promise<SubscriptionView[]> {
  return system.read(async (db) => {
    const subscriptions = userSubscriptions.on(db.dialect)
    const rows = await db
      .select()
      .from(subscriptions)
      .where(
        after &&
          olderThan(subscriptions.created_at, subscriptions.owner, new Date(after.created_at), after.user_id),
      )
      .orderBy(desc(subscriptions.created_at), desc(subscriptions.owner))
      .limit(limit)
    const now = new Date()
    return rows.map((row) => viewSubscription(row, now))
  })
}

/** Changes what is given and nothing else. Throws `invalid`, `not_found`, or `conflict` when another email has the key. */
export async function updateSubscription(
  system: Scope,
  input: Subscriber & SubscriptionChange,
  change?: Change,
): Promise<SubscriptionView> {
  const columns = readChange(input)
  if (Object.keys(columns).length === 0) throw invalid('', 'needs a tier, status, expiry or key to change')
  return await store(system, readOwner(input), columns, 'update_subscription', change)
}

/** Ends a subscription at once. Throws `not_found`. */
export const cancelSubscription = (
  system: Scope,
  who: Subscriber,
  change?: Change,
): Promise<SubscriptionView> =>
  store(system, readOwner(who), { status: 'cancelled' }, 'cancel_subscription', change)

type Columns = Partial<Pick<SubscriptionRow, 'tier' | 'status' | 'expires_at' | 'key_hash'>>

async function store(system: Scope, owner: string, columns: Columns, operation: string, change?: Change) {
  const by = fullChange(change)
  return await system.write(async (tx) => {
    const subscriptions = userSubscriptions.on(tx.dialect)
    if (columns.key_hash !== undefined) await refuseTakenKey(tx, owner, columns.key_hash)
    const [row] = await tx
      .update(subscriptions)
      .set({ ...columns, updated_at: by.at })
      .where(eq(subscriptions.owner, owner))
      .returning()
    if (!row) throw notFound('subscription')
    await audit(tx, by, owner, operation, owner)
    return viewSubscription(row, by.at)
  })
}

function readOwner({ email, namespace }: Subscriber): string {
  const normalized = normalizeEmail(email)
  if (normalized === undefined) throw invalid('/email', 'must be an email address')
  return ownerOfEmail(normalized, namespace)
}

function readChange({ tier, status, expiresAt, key }: SubscriptionChange): Columns {
  const faults: Fault[] = []
  const columns: Columns = {}
  if (tier !== undefined) columns.tier = readTier(tier, faults)
  if (status !== undefined) columns.status = readStatus(status, faults)
  if (expiresAt !== undefined) columns.expires_at = readExpiry(expiresAt, faults)
  if (key !== undefined) {
    if (!isSubscriptionKey(key))
      faults.push({ path: '/key', message: 'must be fm_sub_ and 1 to 200 of A-Z a-z 0-9 _ -' })
    columns.key_hash = sha256Hex(key)
  }
  if (faults.length > 0) throw misfit(faults)
  return columns
}

function readStatus(value: string, faults: Fault[]): SubscriptionStatus {
  const status = subscriptionStatuses.find((known) => known === value.toLowerCase())
  if (!status) faults.push({ path: '/status', message: `must be one of ${subscriptionStatuses.join(', ')}` })
  return status ?? 'suspended'
}

const takenKey = () =>
  new AppError('conflict', 'This key belongs to another subscription: choose a different one')

async function explainConflict(tx: Writer, owner: string): Promise<AppError> {
  const subscriptions = userSubscriptions.on(tx.dialect)
  const [own] = await tx.select().from(subscriptions).where(eq(subscriptions.owner, owner))
  if (!own) return takenKey()
  return new AppError('conflict', 'This email has a subscription already: update it instead')
}

async function refuseTakenKey(tx: Writer, owner: string, hash: string): Promise<void> {
  const subscriptions = userSubscriptions.on(tx.dialect)
  const [other] = await tx
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.key_hash, hash), ne(subscriptions.owner, owner)))
  if (other) throw takenKey()
}

function viewSubscription(row: SubscriptionRow, now: Date): SubscriptionView {
  const { state, valid } = standingOf(row, now.getTime())
  return {
    user_id: row.owner,
    tier: row.tier,
    status: state.status,
    valid,
    in_grace: state.inGrace,
    expires_at: state.expiresAt,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}
