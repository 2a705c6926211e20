import { and, eq } from 'drizzle-orm'
import type { Writer } from '../../../core/storage'
import { journalLabels } from '../tables'
import { labelOfTag } from './draft'
import type { EntryRow } from './entry'

type Labelled = Pick<EntryRow, 'id' | 'entry_type' | 'tags' | 'symbols' | 'occurred_at'>

/** Rows of one statement; databases bound the parameters of one. */
const chunk = 500

function rowsOf(owner: string, { id, entry_type, tags, symbols, occurred_at }: Labelled) {
  const row = (kind: 'tag' | 'symbol', label: string) => ({
    owner,
    kind,
    label,
    occurred_at,
    entry_id: id,
    entry_type,
  })
  return [
    ...tags.map((tag) => row('tag', labelOfTag(tag))),
    ...symbols.map((symbol) => row('symbol', symbol)),
  ]
}

/** Makes entries listable by tag and symbol. */
export async function addLabels(tx: Writer, owner: string, entries: Labelled[]): Promise<void> {
  const rows = entries.flatMap((entry) => rowsOf(owner, entry))
  for (let at = 0; at < rows.length; at += chunk) {
    await tx.insert(journalLabels.on(tx.dialect)).values(rows.slice(at, at + chunk))
  }
}

/** Removes the labels of a stored entry. */
export async function removeLabels(tx: Writer, owner: string, entry: Labelled): Promise<void> {
  const t = journalLabels.on(tx.dialect)
  for (const { kind, label, occurred_at, entry_id } of rowsOf(owner, entry)) {
    await tx
      .delete(t)
      .where(
        and(
          eq(t.owner, owner),
          eq(t.kind, kind),
          eq(t.label, label),
          eq(t.occurred_at, occurred_at),
          eq(t.entry_id, entry_id),
        ),
      )
  }
}
