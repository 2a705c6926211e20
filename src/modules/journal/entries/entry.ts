import { type Static, Type } from '@sinclair/typebox'
import type { journalEntries } from '../tables'

/** Types that people use; any other that fits `entryTypePattern` is taken as given. */
export const entryTypes = [
  'general',
  'trade',
  'analysis',
  'reflection',
  'plan',
  'goal',
  'idea',
  'research',
  'observation',
  'risk',
] as const

export const entryTypePattern = '^[a-z][a-z0-9_]{0,49}$'
export const defaultEntryType = 'general'

/** Characters of an entry's text, tags of an entry, characters of a tag, bytes and depth of metadata as JSON. */
export const limits = { entry: 10_000, tags: 20, tag: 50, metadata: 16 * 1024, depth: 32 } as const

export type EntryRow = ReturnType<(typeof journalEntries)['on']>['$inferSelect']
export type Metadata = Record<string, unknown>

const time = (description: string) => Type.String({ format: 'date-time', description })

/** An entry on the wire. */
export const entryView = Type.Object(
  {
    id: Type.String(),
    entry: Type.String(),
    entry_type: Type.String(),
    tags: Type.Array(Type.String()),
    symbols: Type.Array(Type.String()),
    metadata: Type.Record(Type.String(), Type.Unknown()),
    occurred_at: time('When it happened'),
    created_at: Type.String({ format: 'date-time' }),
    updated_at: Type.String({ format: 'date-time' }),
  },
  { additionalProperties: false },
)
export type EntryView = Static<typeof entryView>

/** The wire shape of a row: times are ISO 8601 UTC, the owner and internal numbers stay inside. */
export function viewEntry(row: Omit<EntryRow, 'owner' | 'docid' | 'client_id'>): EntryView {
  const created_at = row.created_at.toISOString()
  // Most entries happened when they were written and were never changed: one text serves three times.
  const timeOf = (time: Date) =>
    time.getTime() === row.created_at.getTime() ? created_at : time.toISOString()
  return {
    id: row.id,
    entry: row.entry,
    entry_type: row.entry_type,
    tags: row.tags,
    symbols: row.symbols,
    metadata: row.metadata,
    occurred_at: timeOf(row.occurred_at),
    created_at,
    updated_at: timeOf(row.updated_at),
  }
}

/** What an entry counts as in the owner's stored bytes. */
export const bytesOf = (entry: Pick<EntryRow, 'entry' | 'tags' | 'metadata'>): number =>
  Buffer.byteLength(entry.entry) +
  Buffer.byteLength(JSON.stringify(entry.tags)) +
  Buffer.byteLength(JSON.stringify(entry.metadata))
