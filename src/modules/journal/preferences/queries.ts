import { and, eq, sql } from 'drizzle-orm'
import type { Dialect, Queries, Reader, Select, Writer } from '../../../core/storage'
import { fromJson, toJson } from '../json/column'
import { userPreferences } from '../tables'
import type { PreferenceRow } from './preference'

const columnsOf = (dialect: Dialect) => {
  const t = userPreferences.on(dialect)
  return {
    key: t.key,
    value: fromJson(dialect, t.value),
    category: t.category,
    created_at: t.created_at,
    updated_at: t.updated_at,
  }
}

/** The owner's preference under `key`, or none. */
export const findPreference = (db: Queries, owner: string, key: string): Promise<PreferenceRow[]> =>
  db.prepared<PreferenceRow[]>('journal.preference', preferenceByKey, { owner, key })

const preferenceByKey = (db: Select, dialect: Dialect) =>
  db.select(columnsOf(dialect)).from(userPreferences.on(dialect)).where(isKey(dialect))

export type PreferenceValue = Pick<PreferenceRow, 'value' | 'category'>

/** What is stored under `key`, or nothing. */
export const findValue = (db: Queries, owner: string, key: string): Promise<PreferenceValue[]> =>
  db.prepared<PreferenceValue[]>('journal.preference_value', valueByKey, { owner, key })

function valueByKey(db: Select, dialect: Dialect) {
  const { value, category } = columnsOf(dialect)
  return db.select({ value, category }).from(userPreferences.on(dialect)).where(isKey(dialect))
}

function isKey(dialect: Dialect) {
  const t = userPreferences.on(dialect)
  return and(eq(t.owner, sql.placeholder('owner')), eq(t.key, sql.placeholder('key')))
}

/** Which preferences a list shows. */
export interface PreferenceFilter {
  category?: string
  /** Keys after this one. */
  after?: string
  limit: number
}

/** Keys are ordered by their bytes on both databases, whatever language Postgres was set up for. */
const keyOrder = (dialect: Dialect) => {
  const { key } = userPreferences.on(dialect)
  return dialect === 'postgres' ? sql`${key} collate "C"` : sql`${key}`
}

/** The owner's preferences in order of their keys, one more than the limit. */
export function findPreferences(
  db: Reader,
  owner: string,
  filter: PreferenceFilter,
): Promise<PreferenceRow[]> {
  const t = userPreferences.on(db.dialect)
  return db
    .select(columnsOf(db.dialect))
    .from(t)
    .where(
      and(
        eq(t.owner, owner),
        filter.category === undefined ? undefined : eq(t.category, filter.category),
        filter.after === undefined ? undefined : sql`${keyOrder(db.dialect)} > ${filter.after}`,
      ),
    )
    .orderBy(keyOrder(db.dialect))
    .limit(filter.limit + 1)
}

/** What is written under a key. An undefined category leaves the present one. */
export interface PreferenceChange {
  key: string
  /** JSON text. */
  value: string
  category: string | undefined
  at: Date
}

/** Inserts or replaces, and returns what is stored now. */
export async function savePreference(
  tx: Writer,
  owner: string,
  change: PreferenceChange,
): Promise<PreferenceRow> {
  const t = userPreferences.on(tx.dialect)
  const { key, category, at } = change
  const value = toJson(tx.dialect, change.value)
  await tx
    .insert(t)
    .values({ owner, key, value, category: category ?? null, created_at: at, updated_at: at })
    .onConflictDoUpdate({
      target: [t.owner, t.key],
      set: { value, updated_at: at, ...(category !== undefined && { category }) },
    })
  const [stored] = await findPreference(tx, owner, key)
  return stored!
}

/** True when there was one. */
export async function removePreference(tx: Writer, owner: string, key: string): Promise<boolean> {
  const t = userPreferences.on(tx.dialect)
  const removed = await tx
    .delete(t)
    .where(and(eq(t.owner, owner), eq(t.key, key)))
    .returning({ key: t.key })
  return removed.length > 0
}
