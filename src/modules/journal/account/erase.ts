import { setImmediate as turn } from 'node:timers/promises'
import { and, asc, eq, lte, type SQL, sql } from 'drizzle-orm'
import type { Writer } from '../../../core/storage'
import { lockOwner } from '../entries/totals'
import { forgetFrequentWords } from '../search/frequent-words'
import { rowidOf } from '../search/fts5'
import { ownerKey } from '../search/keys'
import { removeAllWords } from '../search/prefixes'
import { journalEntries, journalLabels, journalTotals, storageRecords, userPreferences } from '../tables'

/** Rows that were deleted. */
export interface Erased {
  journal_entries: number
  preferences: number
  storage_records: number
}

/** Entries of one statement. */
const chunk = 500

/** Deletes every row that the owner has in the journal, in one transaction; `progress` hears of entries. */
export async function eraseOwner(
  tx: Writer,
  owner: string,
  progress: (done: number) => void,
): Promise<Erased> {
  // Entries that others are storing now are either seen here or wait until all is gone.
  await lockOwner(tx, owner)
  const entries = await eraseEntries(tx, owner, progress)
  const preferences = await eraseRows(tx, userPreferences.on(tx.dialect), owner)
  const records = await eraseRows(tx, storageRecords.on(tx.dialect), owner)
  return { journal_entries: entries, preferences, storage_records: records }
}

async function eraseEntries(tx: Writer, owner: string, progress: (done: number) => void): Promise<number> {
  const t = journalEntries.on(tx.dialect)
  let done = 0
  for (let last = await lastOfChunk(tx, owner); last !== undefined; last = await lastOfChunk(tx, owner)) {
    const part = and(eq(t.owner, owner), lte(t.docid, last))!
    await eraseSearch(tx, owner, part)
    done += await eraseRows(tx, t, owner, part)
    progress(done)
    // SQLite works on this very thread: between two statements others get their turn.
    await turn()
  }
  if (tx.dialect === 'sqlite') {
    await tx.execute(removeAllWords(ownerKey(owner)))
    await tx.execute(forgetFrequentWords(ownerKey(owner)))
  }
  for (const table of [journalLabels, journalTotals]) {
    const all = table.on(tx.dialect)
    await tx.delete(all).where(eq(all.owner, owner))
  }
  return done
}

/** The docid at which the next chunk ends; undefined when no entry is left. */
async function lastOfChunk(tx: Writer, owner: string): Promise<number | undefined> {
  const t = journalEntries.on(tx.dialect)
  const next = tx
    .select({ docid: t.docid })
    .from(t)
    .where(eq(t.owner, owner))
    .orderBy(asc(t.docid))
    .limit(chunk)
  const [row] = await tx.rows<{ last: number | string | null }>(
    sql`select max(docid) as last from ${next} as part`,
  )
  return row?.last == null ? undefined : Number(row.last)
}

/** The index on SQLite knows no owners: it is cleared of the documents of these entries. */
function eraseSearch(tx: Writer, owner: string, part: SQL): Promise<void> {
  const t = journalEntries.on(tx.dialect)
  const found = tx.dialect === 'postgres' ? t.docid : rowidOf(t.docid)
  const docids = tx.select({ found }).from(t).where(part)
  return tx.execute(
    tx.dialect === 'postgres'
      ? sql`delete from holdfast.journal_search where owner = ${owner} and docid in ${docids}`
      : sql`delete from journal_search where rowid in ${docids}`,
  )
}

type Owned = ReturnType<(typeof journalEntries | typeof userPreferences | typeof storageRecords)['on']>

async function eraseRows(
  tx: Writer,
  t: Owned,
  owner: string,
  part: SQL = eq(t.owner, owner),
): Promise<number> {
  const [counted] = await tx.select({ count: sql`count(*)` }).from(t).where(part)
  await tx.delete(t).where(part)
  return Number(counted!.count)
}
