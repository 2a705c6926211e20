import { table } from '../../core/table'

/** Entries. `docid` orders by time and numbers the entry in the search index; see `search/docid.ts`. */
export const journalEntries = table('journal_entries', 'owner', (c) => ({
  id: c.id(),
  owner: c.text().notNull(),
  entry: c.text().notNull(),
  entry_type: c.text().notNull(),
  tags: c.json<string[]>().notNull(),
  symbols: c.json<string[]>().notNull(),
  metadata: c.json<Record<string, unknown>>().notNull(),
  occurred_at: c.time().notNull(),
  created_at: c.time().notNull(),
  updated_at: c.time().notNull(),
  client_id: c.text(),
  docid: c.int().notNull(),
}))

/** One row for each tag (lower-case), symbol (upper-case) and pair of both (`BTC plan`) of an entry, in list order. */
export const journalLabels = table('journal_labels', 'owner', (c) => ({
  owner: c.text().notNull(),
  kind: c.text().$type<'tag' | 'symbol' | 'pair'>().notNull(),
  label: c.text().notNull(),
  occurred_at: c.time().notNull(),
  entry_id: c.text().notNull(),
  entry_type: c.text().notNull(),
}))

/** Entries and their bytes by type, kept by every write; `entry_type` '' is the sum and the owner's write lock. */
export const journalTotals = table('journal_totals', 'owner', (c) => ({
  owner: c.text().notNull(),
  entry_type: c.text().notNull(),
  entries: c.int().notNull(),
  bytes: c.int().notNull(),
}))

/** Any JSON by key. */
export const userPreferences = table('user_preferences', 'owner', (c) => ({
  owner: c.text().notNull(),
  key: c.text().notNull(),
  value: c.json().notNull(),
  category: c.text(),
  created_at: c.time().notNull(),
  updated_at: c.time().notNull(),
}))

/** Free records. */
export const storageRecords = table('storage_records', 'owner', (c) => ({
  id: c.id(),
  owner: c.text().notNull(),
  record_type: c.text().notNull(),
  data: c.json<Record<string, unknown>>().notNull(),
  metadata: c.json<Record<string, unknown>>().notNull(),
  created_at: c.time().notNull(),
  updated_at: c.time().notNull(),
}))
