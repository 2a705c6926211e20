import { and, eq, inArray } from 'drizzle-orm'
import type { Writer } from '../../../core/storage'
import { journalLabels } from '../tables'
import { labelOfTag } from './draft'
import type { EntryRow } from './entry'

type Labelled = Pick<EntryRow, 'id' | 'entry_type' | 'tags' | 'symbols' | 'occurred_at'>

/** Rows of one statement; databases bound the parameters of one. */
const chunk = 500

function rowsOf(owner: string, { id, entry_type, tags, symbols, occurred_at }: Labelled) {
  const row = (kind: 'tag' | 'symbol' | 'pair', label: string) => ({
    owner,
    kind,
    label,
    occurred_at,
    entry_id: id,
    entry_type,
  })
  const labels = tags.map(labelOfTag)
  return [
    ...labels.map((tag) => row('tag', tag)),
    ...symbols.map((symbol) => row('symbol', symbol)),
    ...labels.flatMap((tag) => symbols.map((symbol) => row('pair', labelOfPair(tag, symbol)))),
  ]
}

/** The label of entries that have both, the tag in its stored form; symbols hold no blanks, so no two pairs look the same. */
export const labelOfPair = (tag: string, symbol: string) => `${symbol} ${tag}`

/** Makes entries listable by tag, by symbol, and by both. */
export async function addLabels(tx: Writer, owner: string, entries: Labelled[]): Promise<void> {
  const rows = entries.flatMap((entry) => rowsOf(owner, entry))
  for (let at = 0; at < rows.length; at += chunk) {
    await tx.insert(journalLabels.on(tx.dialect)).values(rows.slice(at, at + chunk))
  }
}

/** Removes the labels of a stored entry. */
export async function removeLabels(tx: Writer, owner: string, entry: Labelled): Promise<void> {
  const t = journalLabels.on(tx.dialect)
  const rows = rowsOf(owner, entry)
  for (const kind of ['tag', 'symbol', 'pair'] as const) {
    const labels = rows.filter((row) => row.kind === kind).map(({ label }) => label)
    if (labels.length === 0) continue
    // All columns of the key, so that each is found by it.
    const labelled = and(eq(t.owner, owner), eq(t.kind, kind), inArray(t.label, labels))
    await tx.delete(t).where(and(labelled, eq(t.occurred_at, entry.occurred_at), eq(t.entry_id, entry.id)))
  }
}
