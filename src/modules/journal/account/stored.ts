import { and, eq, sql } from 'drizzle-orm'
import type { Reader } from '../../../core/storage'
import { allTypes } from '../entries/totals'
import { jsonBytes } from '../json/column'
import { journalTotals, storageRecords, userPreferences } from '../tables'

/** How much an owner keeps. `bytes` is text and JSON as stored, without indexes. */
export interface Stored {
  journal_entries: number
  preferences: number
  storage_records: number
  bytes: number
}

interface Part {
  count: number
  bytes: number
}

/** Counts what the owner has; entries are counted by every write already. */
export async function countStored(db: Reader, owner: string): Promise<Stored> {
  const entries = await countEntries(db, owner)
  const preferences = await countPreferences(db, owner)
  const records = await countRecords(db, owner)
  return {
    journal_entries: entries.count,
    preferences: preferences.count,
    storage_records: records.count,
    bytes: entries.bytes + preferences.bytes + records.bytes,
  }
}

async function countEntries(db: Reader, owner: string): Promise<Part> {
  const t = journalTotals.on(db.dialect)
  const [row] = await db
    .select({ count: t.entries, bytes: t.bytes })
    .from(t)
    .where(and(eq(t.owner, owner), eq(t.entry_type, allTypes)))
  return row ?? { count: 0, bytes: 0 }
}

// Postgres gives sums and counts as text: they may be larger than a double holds, ours are not.
const numbers = ([row]: { count: unknown; bytes: unknown }[]): Part => ({
  count: Number(row?.count ?? 0),
  bytes: Number(row?.bytes ?? 0),
})

async function countPreferences(db: Reader, owner: string): Promise<Part> {
  const t = userPreferences.on(db.dialect)
  const bytes = sql`sum(octet_length(${t.key}) + ${jsonBytes(db.dialect, t.value)})`
  const rows = await db.select({ count: sql`count(*)`, bytes }).from(t).where(eq(t.owner, owner))
  return numbers(rows)
}

async function countRecords(db: Reader, owner: string): Promise<Part> {
  const t = storageRecords.on(db.dialect)
  const bytes = sql`sum(${jsonBytes(db.dialect, t.data)} + ${jsonBytes(db.dialect, t.metadata)})`
  const rows = await db.select({ count: sql`count(*)`, bytes }).from(t).where(eq(t.owner, owner))
  return numbers(rows)
}
