import type { Host } from '../../../core/module'
import type { Call } from '../../../core/operation'
import type { Writer } from '../../../core/storage'
import type { JournalSettings } from '../settings'
import type { Draft } from './draft'
import { type EntryRow, type EntryView, viewEntry } from './entry'
import { findByClientId, insertEntries } from './rows'
import { checkCap, updateTotals } from './totals'

/** What storing answers; an entry that its client_id had stored already looks the same. */
export interface Stored {
  success: true
  entry_id: string
  message: 'Journal entry stored successfully'
  entry: EntryView
}

/** Ends a write that found the entry stored already: nothing of it is kept, its audit entry neither. */
class AlreadyStored extends Error {
  constructor(readonly row: EntryRow) {
    super('stored already')
  }
}

/** A row of a draft, as it will be stored. */
export function rowOf(host: Host<JournalSettings>, owner: string, draft: Draft): Omit<EntryRow, 'docid'> {
  const now = new Date(host.now())
  const { occurredAt, ...fields } = draft
  return {
    id: host.newId(),
    owner,
    ...fields,
    occurred_at: occurredAt ?? now,
    created_at: now,
    updated_at: now,
  }
}

/** Stores an entry, once for a client_id; throws `upgrade_required`. */
export async function addEntry(host: Host<JournalSettings>, call: Call, draft: Draft): Promise<Stored> {
  const owner = call.principal.id
  const clientId = draft.client_id
  const known = clientId === null ? undefined : await call.read((db) => findByClientId(db, owner, clientId))
  if (known) return answer(known)
  const row = rowOf(host, owner, draft)
  try {
    const store = (tx: Writer) => insertEntry(tx, row, call, host.settings)
    return answer(await call.write(row.id, store))
  } catch (error) {
    if (error instanceof AlreadyStored) return answer(error.row)
    throw error
  }
}

async function insertEntry(
  tx: Writer,
  row: Omit<EntryRow, 'docid'>,
  { principal }: Call,
  settings: JournalSettings,
): Promise<EntryRow> {
  // Counting first makes writes of one owner wait for each other, so the cap and the client_id hold under concurrency.
  const count = await updateTotals(tx, row.owner, { added: [row] })
  const known = row.client_id === null ? undefined : await findByClientId(tx, row.owner, row.client_id)
  if (known) throw new AlreadyStored(known)
  checkCap(principal.tier, count, count - 1, settings.JOURNAL_UPGRADE_URL)
  const [stored] = await insertEntries(tx, row.owner, [row])
  return stored!
}

const answer = (row: EntryRow): Stored => ({
  success: true,
  entry_id: row.id,
  message: 'Journal entry stored successfully',
  entry: viewEntry(row),
})
