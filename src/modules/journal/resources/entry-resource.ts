import { defineResource, expandUri, type ResourceEntry } from '../../../core/resource'
import { decodeCursor, encodeCursor } from '../entries/cursor'
import type { EntryView } from '../entries/entry'
import { isTime } from '../entries/time'
import { completeEntryId, readEntry, readRecent } from './recent'

const uri = 'journal://entries/{id}'
const mimeType = 'application/json'
const pageSize = 50
/** Characters of an entry's text in a list. */
const excerpt = 80

/** One entry by its id. The newest are listed; older ones are found by the tools. */
export const entryResource = defineResource({
  name: 'journal_entry',
  uri,
  title: 'Journal entry',
  description:
    'One journal entry whole, as JSON. To attach an entry to the conversation or to follow its changes.',
  mimeType,
  scope: 'journal:read',
  read: async ({ id }, call) => ({ text: JSON.stringify(await readEntry(call, id!)) }),
  async list(after, call) {
    const entries = await readRecent(call, pageSize + 1, after === undefined ? undefined : positionOf(after))
    const shown = entries.slice(0, pageSize)
    const last = entries.length > pageSize ? shown.at(-1) : undefined
    return {
      entries: shown.map(listed),
      ...(last && { next: encodeCursor('resources', [Date.parse(last.occurred_at), last.id]) }),
    }
  },
  complete: { id: completeEntryId },
  changedBy: ['update_journal_entry', 'delete_journal_entry'],
  listChangedBy: [
    'store_journal_entry',
    'log_trade_entry',
    'log_analysis_entry',
    'import_journal',
    'update_journal_entry',
    'delete_journal_entry',
    'delete_my_data',
  ],
})

function positionOf(after: string) {
  const [occurredAt, id] = decodeCursor('resources', after, ['number', 'string'])
  return isTime(occurredAt) ? { occurredAt, id } : undefined
}

function listed({ id, entry, entry_type, occurred_at, updated_at }: EntryView): ResourceEntry {
  const line = entry.replace(/\s+/g, ' ')
  return {
    uri: expandUri(uri, { id }),
    name: id,
    title: `${entry_type}, ${occurred_at.slice(0, 10)}`,
    description: line.length > excerpt ? `${line.slice(0, excerpt - 1)}…` : line,
    mimeType,
    lastModified: updated_at,
  }
}
