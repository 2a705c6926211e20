import { setImmediate as turn } from 'node:timers/promises'
import { and, eq, inArray } from 'drizzle-orm'
import type { Host } from '../../../core/module'
import type { Call } from '../../../core/operation'
import type { Writer } from '../../../core/storage'
import { rowOf } from '../entries/add-entry'
import { insertEntries } from '../entries/rows'
import { checkCap, entryCaps, updateTotals } from '../entries/totals'
import type { JournalSettings } from '../settings'
import { journalEntries } from '../tables'
import type { ImportRow } from './import-row'

/** What became of a row that could be stored. */
export interface Outcome {
  row: number
  status: 'imported' | 'duplicate' | 'over_limit'
  entry_id: string | null
}

const chunk = 200
/** Entries that are stored before others get their turn: SQLite works on this very thread, Postgres is far away. */
const atOnce = { sqlite: 40, postgres: 200 }

/**
 * Stores rows that are not there yet, in the order of the file. Over the tier's cap it throws `upgrade_required`, or with `partial` stores
 * as many as the tier still keeps.
 */
export async function storeRows(
  tx: Writer,
  host: Host<JournalSettings>,
  call: Call,
  rows: ImportRow[],
  partial: boolean,
): Promise<Outcome[]> {
  const { id: owner, tier } = call.principal
  const stored = await updateTotals(tx, owner, {})
  const { fresh, duplicates, repeats } = await sortOut(tx, owner, rows)
  const cap = entryCaps[tier] ?? Number.POSITIVE_INFINITY
  const room = Math.max(0, cap - stored)
  if (!partial) checkCap(tier, stored + fresh.length, stored, host.settings.JOURNAL_UPGRADE_URL)
  const over = fresh.slice(room).map(({ row }): Outcome => ({ row, status: 'over_limit', entry_id: null }))
  const imported = await insert(tx, host, call, fresh.slice(0, room))
  const idOf = new Map(imported.map(({ row, entry_id }) => [row, entry_id]))
  const repeated = repeats.map(({ row, of }): Outcome => {
    return { row, status: 'duplicate', entry_id: idOf.get(of) ?? null }
  })
  return [...imported, ...duplicates, ...repeated, ...over].sort((a, b) => a.row - b.row)
}

async function insert(
  tx: Writer,
  host: Host<JournalSettings>,
  call: Call,
  rows: ImportRow[],
): Promise<Outcome[]> {
  const owner = call.principal.id
  const outcomes: Outcome[] = []
  const step = atOnce[tx.dialect]
  for (let at = 0; at < rows.length; at += step) {
    call.signal.throwIfAborted()
    const part = rows.slice(at, at + step)
    const entries = part.map((row) => entryOf(host, owner, row))
    await updateTotals(tx, owner, { added: entries })
    await insertEntries(tx, owner, entries)
    outcomes.push(
      ...entries.map(({ id }, n): Outcome => ({ row: part[n]!.row, status: 'imported', entry_id: id })),
    )
    call.progress(outcomes.length, rows.length, 'entries imported')
    await turn()
  }
  return outcomes
}

function entryOf(host: Host<JournalSettings>, owner: string, { draft, createdAt, updatedAt }: ImportRow) {
  const row = rowOf(host, owner, draft)
  return {
    ...row,
    created_at: createdAt ?? row.created_at,
    updated_at: updatedAt ?? createdAt ?? row.updated_at,
  }
}

/** Rows whose id or client_id the owner has already, or that stand twice in the file, are not stored again. */
async function sortOut(tx: Writer, owner: string, rows: ImportRow[]) {
  const known = await findKnown(tx, owner, rows)
  const firsts = new Map<string, number>()
  const fresh: ImportRow[] = []
  const duplicates: Outcome[] = []
  const repeats: { row: number; of: number }[] = []
  for (const row of rows) {
    const clientId = row.draft.client_id
    const entryId = known.byId.get(row.id ?? '') ?? known.byClientId.get(clientId ?? '')
    const first = firsts.get(clientId ?? '')
    if (entryId !== undefined) duplicates.push({ row: row.row, status: 'duplicate', entry_id: entryId })
    else if (first !== undefined) repeats.push({ row: row.row, of: first })
    else {
      fresh.push(row)
      if (clientId !== null) firsts.set(clientId, row.row)
    }
  }
  return { fresh, duplicates, repeats }
}

async function findKnown(tx: Writer, owner: string, rows: ImportRow[]) {
  const t = journalEntries.on(tx.dialect)
  const byId = new Map<string, string>()
  const byClientId = new Map<string, string>()
  const find = (column: typeof t.id | typeof t.client_id, values: string[]) =>
    tx
      .select({ id: t.id, client_id: t.client_id })
      .from(t)
      .where(and(eq(t.owner, owner), inArray(column, values)))
  for (let at = 0; at < rows.length; at += chunk) {
    const part = rows.slice(at, at + chunk)
    const ids = part.flatMap(({ id }) => id ?? [])
    const clientIds = part.flatMap(({ draft }) => draft.client_id ?? [])
    if (ids.length > 0) for (const { id } of await find(t.id, ids)) byId.set(id, id)
    if (clientIds.length > 0)
      for (const found of await find(t.client_id, clientIds)) byClientId.set(found.client_id!, found.id)
  }
  return { byId, byClientId }
}
