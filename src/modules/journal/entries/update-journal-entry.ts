import { type Static, Type } from '@sinclair/typebox'
import { invalid, notFound } from '../../../core/errors'
import type { Host } from '../../../core/module'
import { defineOperation } from '../../../core/operation'
import { perInput } from '../../../core/per-input'
import type { Writer } from '../../../core/storage'
import type { JournalSettings } from '../settings'
import { checkMetadata, checkTags, refuseEntrySecrets } from './draft'
import { type EntryRow, entryView, viewEntry } from './entry'
import { entryIdInput, entryTypeInput, metadataInput, occurredAtInput, tagsInput, textInput } from './inputs'
import { findEntry, insertEntries, removeEntry } from './rows'
import { findSymbols } from './symbols'
import { checkText } from './text'
import { parseTime } from './time'
import { lockOwner, updateTotals } from './totals'

const changes = {
  entry: Type.Optional(textInput('The new text')),
  entry_type: Type.Optional(entryTypeInput),
  tags: Type.Optional(tagsInput),
  metadata: Type.Optional(metadataInput),
  occurred_at: Type.Optional(occurredAtInput),
}
const changesSchema = Type.Object(changes)
type Changes = Static<typeof changesSchema>

export const updateJournalEntry = (host: Host<JournalSettings>) =>
  defineOperation({
    name: 'update_journal_entry',
    title: 'Change a journal entry',
    description:
      'Changes the given fields of an entry and leaves the others; tags and metadata are replaced as a whole. To correct or complete what was written, not to write down something new.',
    input: Type.Object({ entry_id: entryIdInput, ...changes }, { additionalProperties: false }),
    output: Type.Object(
      {
        success: Type.Literal(true),
        entry_id: Type.String(),
        message: Type.String(),
        entry: entryView,
      },
      { additionalProperties: false },
    ),
    scope: 'journal:write',
    hints: { destructive: true, idempotent: true },
    rest: {
      method: 'PATCH',
      path: '/entries/{entry_id}',
      also: [{ method: 'PUT', path: '/entries/{entry_id}' }],
    },
    examples: [
      {
        title: 'New tags',
        input: { entry_id: '019a9c1e-7c1b-7d6a-9a3e-0f2b6c1d4e5f', tags: ['plan', 'q4'] },
      },
    ],
    check: givenBy,
    async run(input, call) {
      const { entry_id } = input
      const given = givenBy(input)
      const now = new Date(host.now())
      const row = await call.write(entry_id, (tx) => change(tx, call.principal.id, entry_id, given, now))
      return {
        success: true as const,
        entry_id,
        message: 'Journal entry updated successfully',
        entry: viewEntry(row),
      }
    },
  })

type Given = Partial<Pick<EntryRow, 'entry' | 'entry_type' | 'tags' | 'metadata' | 'occurred_at'>>

const givenBy = perInput((input: Changes): Given => {
  const given: Given = {}
  if (input.entry !== undefined) given.entry = checkText(input.entry)
  if (input.entry_type !== undefined) given.entry_type = input.entry_type
  if (input.tags !== undefined) given.tags = checkTags(input.tags)
  if (input.metadata !== undefined) given.metadata = checkMetadata(input.metadata)
  if (input.occurred_at !== undefined) given.occurred_at = parseTime(input.occurred_at, '/occurred_at')
  if (Object.keys(given).length === 0)
    throw invalid('', `must give a change: one of ${Object.keys(changes).join(', ')}`)
  refuseEntrySecrets({ ...nothing, ...given })
  return given
})

const nothing = { entry: '', entry_type: '', tags: [], metadata: {}, client_id: null }

/** The row is stored anew: its labels, place in the search and totals all follow from it. */
async function change(tx: Writer, owner: string, id: string, given: Given, now: Date): Promise<EntryRow> {
  await lockOwner(tx, owner)
  const row = await findEntry(tx, owner, id)
  if (!row) throw notFound('Journal entry')
  const next = { ...row, ...given, updated_at: now }
  refuseEntrySecrets(next)
  next.symbols = findSymbols(next.entry, next.metadata)
  await removeEntry(tx, owner, row)
  const [stored] = await insertEntries(tx, owner, [next])
  await updateTotals(tx, owner, { added: [next], removed: [row] })
  return stored!
}
