import { and, desc, eq, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import { AppError, invalid, notFound } from '../../core/errors'
import type { OwnLimits } from '../../core/principal'
import type { Reader, Scope, Writer } from '../../core/storage'
import { audit, type Change, type FullChange, fullChange } from './change'
import { isKeyPrefix, makeIngestKey, makeKey } from './key'
import { checkLimits, type KeyColumns, misfit, type NewKey, readNewKey } from './key-input'
import { type IssuedKey, type KeyView, viewKey } from './key-view'
import { newRow } from './new-row'
import { localOwner } from './owner'
import { olderThan } from './page'
import { sha256Hex } from './secret'
import { apiKeys, type KeyRow, userSubscriptions } from './tables'

/** Issues a key. Throws `invalid` with every fault of the input. */
export async function createKey(system: Scope, input: NewKey, change?: Change): Promise<IssuedKey> {
  const by = fullChange(change)
  const columns = readNewKey(input, by.at)
  const prefix = readPrefix(input.prefix)
  return await system.write((tx) => issue(tx, { columns, prefix, rotatedFrom: null }, by, 'create_key'))
}

/**
 * The first key of a new database: tier enterprise, every scope, owned by the local process. Null when there has ever been a credential;
 * of two processes that ask at once, one gets it.
 */
export async function createLocalKey(
  system: Scope,
  options: { prefix?: string } = {},
  change?: Change,
): Promise<IssuedKey | null> {
  const by = fullChange({ actor: localOwner, ...change })
  const prefix = readPrefix(options.prefix)
  const columns = readNewKey(
    { userId: localOwner, tier: 'enterprise', scopes: ['*', 'admin'], name: 'First key' },
    by.at,
  )
  return await system.write(async (tx) => {
    if (tx.dialect === 'postgres') {
      await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('holdfast.first_key', 0))`)
    }
    if ((await countCallers(tx)) > 0) return null
    return await issue(tx, { columns, prefix, rotatedFrom: null }, by, 'create_key')
  })
}

/** Keys newest first, those of one owner or all; `after` is the last key of the page before. */
export function listKeys(
  system: Scope,
  { owner, limit = 1000, after }: { owner?: string; limit?: number; after?: KeyPlace } = {},
): Promise<KeyView[]> {
  return system.read(async (db) => {
    const keys = apiKeys.on(db.dialect)
    const rows = await db
      .select()
      .from(keys)
      .where(
        and(
          owner === undefined ? undefined : eq(keys.owner, owner),
          after && olderThan(keys.created_at, keys.id, new Date(after.created_at), after.id),
        ),
      )
      .orderBy(desc(keys.created_at), desc(keys.id))
      .limit(limit)
    const now = new Date()
    return rows.map((row) => viewKey(row, now))
  })
}

/** Where a page of keys ended. */
export type KeyPlace = Pick<KeyView, 'id' | 'created_at'>

/**
 * Replaces a key by one with the same owner, tier, scopes and end. The new one works at once, the old one for `overlapSeconds` more
 * (default 0). Throws `not_found`, or `conflict` for a key that no longer works or was replaced already.
 */
export async function rotateKey(
  system: Scope,
  id: string,
  { overlapSeconds = 0, prefix }: { overlapSeconds?: number; prefix?: string } = {},
  change?: Change,
): Promise<IssuedKey> {
  const by = fullChange(change)
  if (!Number.isSafeInteger(overlapSeconds) || overlapSeconds < 0 || overlapSeconds > 366 * 86_400) {
    throw invalid('/overlap', 'must be from 0 seconds to 366 days')
  }
  const newPrefix = readPrefix(prefix)
  return await system.write(async (tx) => {
    const old = await endByOverlap(tx, id, new Date(by.at.getTime() + overlapSeconds * 1000), by.at)
    return await issue(tx, { columns: old, prefix: newPrefix, rotatedFrom: id }, by, 'rotate_key')
  })
}

/** Changes what an ingest key may send; null: what the settings say. Throws `not_found`, or `invalid` with every fault. */
export async function updateKey(
  system: Scope,
  id: string,
  { limits }: { limits: OwnLimits | null },
  change?: Change,
): Promise<KeyView> {
  const by = fullChange(change)
  return await system.write(async (tx) => {
    const keys = apiKeys.on(tx.dialect)
    const { service, tier } = await findKey(tx, id)
    if (service === null) throw invalid('/rate_limit', 'is for ingest keys alone')
    checkLimits({ limits, service }, tier)
    const [row] = await tx.update(keys).set({ limits }).where(eq(keys.id, id)).returning()
    await audit(tx, by, row!.owner, 'update_key', id)
    return viewKey(row!, by.at)
  })
}

/** A key that was ended. */
export interface RevokedKey extends KeyView {
  /** Keys that this one had replaced and whose overlap was not over: they ended with it. */
  also_revoked: string[]
}

/**
 * Ends a key for good, and with it the keys that it replaced and that still worked by their overlap: who takes access away means all of it.
 * The one that replaced it goes on. The same again changes nothing. Throws `not_found`.
 */
export async function revokeKey(system: Scope, id: string, change?: Change): Promise<RevokedKey> {
  const by = fullChange(change)
  return await system.write(async (tx) => {
    const keys = apiKeys.on(tx.dialect)
    const key = await findKey(tx, id)
    const older = await overlapping(tx, key, by.at)
    const ended = await tx
      .update(keys)
      .set({ revoked_at: by.at })
      .where(and(inArray(keys.id, [id, ...older]), isNull(keys.revoked_at)))
      .returning()
    for (const one of ended) await audit(tx, by, one.owner, 'revoke_key', one.id)
    const view = viewKey(ended.find((one) => one.id === id) ?? key, by.at)
    return { ...view, also_revoked: older }
  })
}

/** Ids of the keys before this one in its row of rotations that still work. */
async function overlapping(tx: Writer, { rotated_from }: KeyRow, now: Date): Promise<string[]> {
  const found: string[] = []
  for (let id = rotated_from; id !== null; ) {
    const row = await findKey(tx, id)
    if (row.revoked_at === null && row.overlap_ends_at && row.overlap_ends_at > now) found.push(id)
    id = row.rotated_from
  }
  return found
}

/** Keys and subscriptions ever issued, ended ones too. */
export const countCredentials = (system: Scope): Promise<number> => system.read(count)

/** Ingest keys open nothing but the way in of metrics: who has only those still needs a first key. */
async function countCallers(db: Reader): Promise<number> {
  const keys = apiKeys.on(db.dialect)
  const [found] = await db.select({ total: sql<string>`count(*)` }).from(keys).where(isNotNull(keys.service))
  return (await count(db)) - Number(found!.total)
}

async function count(db: Reader): Promise<number> {
  const total = { total: sql<string>`count(*)` }
  const [keys] = await db.select(total).from(apiKeys.on(db.dialect))
  const [subscriptions] = await db.select(total).from(userSubscriptions.on(db.dialect))
  return Number(keys!.total) + Number(subscriptions!.total)
}

interface Issue {
  columns: KeyColumns
  prefix: string
  rotatedFrom: string | null
}

async function issue(
  tx: Writer,
  { columns, prefix, rotatedFrom }: Issue,
  by: FullChange,
  operation: string,
): Promise<IssuedKey> {
  const id = crypto.randomUUID()
  const key = columns.service === null ? makeKey(prefix, columns.tier, id) : makeIngestKey()
  const row: KeyRow = { ...newRow(columns, { id, hash: sha256Hex(key) }, by.at), rotated_from: rotatedFrom }
  await tx.insert(apiKeys.on(tx.dialect)).values(row)
  await audit(tx, by, row.owner, operation, id)
  return { ...viewKey(row, by.at), key }
}

/** One conditional statement, so that of two rotations at once one wins. */
async function endByOverlap(tx: Writer, id: string, end: Date, now: Date): Promise<KeyColumns> {
  const keys = apiKeys.on(tx.dialect)
  const [old] = await tx
    .update(keys)
    .set({ overlap_ends_at: end })
    .where(and(eq(keys.id, id), isNull(keys.revoked_at), isNull(keys.overlap_ends_at)))
    .returning()
  const { status } = viewKey(old ? { ...old, overlap_ends_at: null } : await findKey(tx, id), now)
  if (old && status === 'active') return pickColumns(old)
  throw new AppError(
    'conflict',
    `The key is ${old || status === 'revoked' ? status : 'replaced already'}: create a new one`,
  )
}

function pickColumns({
  owner,
  user_id,
  org_id,
  tier,
  scopes,
  service,
  name,
  limits,
  expires_at,
}: KeyRow): KeyColumns {
  return { owner, user_id, org_id, tier, scopes, service, name, limits, expires_at }
}

async function findKey(tx: Writer, id: string): Promise<KeyRow> {
  const keys = apiKeys.on(tx.dialect)
  const [row] = await tx.select().from(keys).where(eq(keys.id, id))
  if (!row) throw notFound('key')
  return row
}

function readPrefix(prefix = 'kota'): string {
  if (isKeyPrefix(prefix)) return prefix
  throw misfit([{ path: '/prefix', message: 'must be 1 to 32 of A-Z a-z 0-9 _ -, starting with a letter' }])
}
