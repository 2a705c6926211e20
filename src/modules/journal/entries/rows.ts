import { and, eq, sql } from 'drizzle-orm'
import { AppError } from '../../../core/errors'
import type { Dialect, Queries, Reader, Select, Writer } from '../../../core/storage'
import type { Row } from '../../../core/table'
import { docidOf } from '../search/docid'
import { addToSearch, removeFromSearch } from '../search/search-index'
import { journalEntries } from '../tables'
import type { EntryRow } from './entry'
import { addLabels, removeLabels } from './labels'

/** Tries for a free docid within one second of time. */
const attempts = 64
/** Rows of one insert. */
const chunk = 200

/** The owner's entry, or undefined. */
export async function findEntry(db: Queries, owner: string, id: string): Promise<EntryRow | undefined> {
  const [row] = await db.prepared<EntryRow[]>('journal.entry', byId, { owner, id })
  return row
}

function byId(db: Select, dialect: Dialect) {
  const t = journalEntries.on(dialect)
  return db
    .select()
    .from(t)
    .where(and(eq(t.owner, sql.placeholder('owner')), eq(t.id, sql.placeholder('id'))))
}

/** The owner's entry that was stored under this client_id, or undefined. */
export async function findByClientId(
  db: Reader,
  owner: string,
  clientId: string,
): Promise<EntryRow | undefined> {
  const t = journalEntries.on(db.dialect)
  const [row] = await db
    .select()
    .from(t)
    .where(and(eq(t.owner, owner), eq(t.client_id, clientId)))
  return row
}

/** Stores rows with their labels and search documents. Totals are the caller's part. Returns them with their docids. */
export async function insertEntries(
  tx: Writer,
  owner: string,
  rows: Omit<EntryRow, 'docid'>[],
): Promise<EntryRow[]> {
  const stored: EntryRow[] = []
  for (let at = 0; at < rows.length; at += chunk) {
    const numbered = await insertNumbered(tx, owner, rows.slice(at, at + chunk))
    await addLabels(tx, owner, numbered)
    await addToSearch(tx, owner, numbered)
    stored.push(...numbered)
  }
  return stored
}

/** Stores rows of several owners that come from another database, with their search documents; labels and totals come for themselves. */
export async function adoptEntries(tx: Writer, rows: Row[]): Promise<void> {
  const byOwner = Map.groupBy(rows as Omit<EntryRow, 'docid'>[], ({ owner }) => owner)
  for (const [owner, entries] of byOwner)
    await addToSearch(tx, owner, await insertNumbered(tx, owner, entries))
}

async function insertNumbered(
  tx: Writer,
  owner: string,
  rows: Omit<EntryRow, 'docid'>[],
): Promise<EntryRow[]> {
  const t = journalEntries.on(tx.dialect)
  const target = tx.dialect === 'postgres' ? [t.owner, t.docid] : t.docid
  const stored = new Map<string, EntryRow>()
  for (let attempt = 0; attempt < attempts; attempt++) {
    const left = rows
      .filter(({ id }) => !stored.has(id))
      .map((row) => ({ ...row, owner, docid: docidOf(row.occurred_at.getTime(), row.id, attempt) }))
    if (left.length === 0) return rows.map(({ id }) => stored.get(id)!)
    const added = await tx.insert(t).values(left).onConflictDoNothing({ target }).returning({ id: t.id })
    const ids = new Set(added.map(({ id }) => id))
    for (const row of left) if (ids.has(row.id)) stored.set(row.id, row)
  }
  throw new AppError(
    'conflict',
    'Too many entries occurred in the same second; give occurred_at a time of day',
  )
}

/** Removes a stored row with its labels and search document. Totals are the caller's part. */
export async function removeEntry(tx: Writer, owner: string, row: EntryRow): Promise<void> {
  const t = journalEntries.on(tx.dialect)
  await removeLabels(tx, owner, row)
  await removeFromSearch(tx, owner, row)
  await tx.delete(t).where(and(eq(t.owner, owner), eq(t.id, row.id)))
}
