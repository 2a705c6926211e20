import { Type } from '@sinclair/typebox'
import { notFound } from '../../../core/errors'
import { defineOperation } from '../../../core/operation'
import type { Writer } from '../../../core/storage'
import { entryIdInput } from './inputs'
import { findEntry, removeEntry } from './rows'
import { lockOwner, updateTotals } from './totals'

export const deleteJournalEntry = defineOperation({
  name: 'delete_journal_entry',
  title: 'Delete a journal entry',
  description:
    'Deletes one entry for good. Only when the person asks for it; to correct an entry use update_journal_entry, to delete everything delete_my_data.',
  input: Type.Object({ entry_id: entryIdInput }, { additionalProperties: false }),
  output: Type.Object(
    { success: Type.Literal(true), entry_id: Type.String(), message: Type.String() },
    { additionalProperties: false },
  ),
  scope: 'journal:write',
  hints: { destructive: true, idempotent: true },
  rest: { method: 'DELETE', path: '/entries/{entry_id}' },
  async run({ entry_id }, call) {
    await call.write(entry_id, (tx) => remove(tx, call.principal.id, entry_id))
    return { success: true as const, entry_id, message: 'Journal entry deleted successfully' }
  },
})

async function remove(tx: Writer, owner: string, id: string): Promise<void> {
  await lockOwner(tx, owner)
  const row = await findEntry(tx, owner, id)
  if (!row) throw notFound('Journal entry')
  await removeEntry(tx, owner, row)
  await updateTotals(tx, owner, { removed: [row] })
}
