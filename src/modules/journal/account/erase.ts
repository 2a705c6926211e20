import { setImmediate as turn } from 'node:timers/promises'
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { Writer } from '../../../core/storage'
import { lockOwner } from '../entries/totals'
import { removeFromSearch } from '../search/search-index'
import { journalEntries, journalLabels, journalTotals, storageRecords, userPreferences } from '../tables'

/** Rows that were deleted. */
export interface Erased {
  journal_entries: number
  preferences: number
  storage_records: number
}

/** Entries of one statement. */
const chunk = 1000

/** Deletes every row that the owner has in the journal, in one transaction; `progress` hears of entries. */
export async function eraseOwner(
  tx: Writer,
  owner: string,
  progress: (done: number) => void,
): Promise<Erased> {
  // Entries that others are storing now are either seen here or wait until all is gone.
  await lockOwner(tx, owner)
  const entries = await eraseEntries(tx, owner, progress)
  const labels = journalLabels.on(tx.dialect)
  await tx.delete(labels).where(eq(labels.owner, owner))
  const totals = journalTotals.on(tx.dialect)
  await tx.delete(totals).where(eq(totals.owner, owner))
  const preferences = await eraseRows(tx, userPreferences.on(tx.dialect), owner)
  const records = await eraseRows(tx, storageRecords.on(tx.dialect), owner)
  return { journal_entries: entries, preferences, storage_records: records }
}

async function eraseEntries(tx: Writer, owner: string, progress: (done: number) => void): Promise<number> {
  const t = journalEntries.on(tx.dialect)
  for (let done = 0; ; ) {
    const rows = await tx
      .select({ docid: t.docid })
      .from(t)
      .where(eq(t.owner, owner))
      .orderBy(asc(t.docid))
      .limit(chunk)
    if (rows.length === 0) return done
    const docids = rows.map(({ docid }) => docid)
    await removeFromSearch(tx, owner, docids)
    await tx.delete(t).where(and(eq(t.owner, owner), inArray(t.docid, docids)))
    done += rows.length
    progress(done)
    // SQLite works on this very thread: between two statements others get their turn.
    await turn()
  }
}

type Owned = ReturnType<(typeof userPreferences)['on']> | ReturnType<(typeof storageRecords)['on']>

async function eraseRows(tx: Writer, t: Owned, owner: string): Promise<number> {
  const [counted] = await tx.select({ count: sql`count(*)` }).from(t).where(eq(t.owner, owner))
  await tx.delete(t).where(eq(t.owner, owner))
  return Number(counted!.count)
}
