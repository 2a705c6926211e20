import { Type } from '@sinclair/typebox'
import { notFound } from '../../../core/errors'
import { defineOperation } from '../../../core/operation'
import { entryView, viewEntry } from './entry'
import { entryIdInput } from './inputs'
import { findEntry } from './rows'

export const getJournalEntry = defineOperation({
  name: 'get_journal_entry',
  title: 'Get a journal entry',
  description: 'Reads one journal entry whole by its id, e.g. one that a search or list named.',
  input: Type.Object({ entry_id: entryIdInput }, { additionalProperties: false }),
  output: Type.Object({ success: Type.Literal(true), entry: entryView }, { additionalProperties: false }),
  scope: 'journal:read',
  hints: { readOnly: true, idempotent: true },
  rest: { method: 'GET', path: '/entries/{entry_id}' },
  async run({ entry_id }, call) {
    const row = await findEntry(call, call.principal.id, entry_id)
    if (!row) throw notFound('Journal entry')
    return { success: true as const, entry: viewEntry(row) }
  },
})
