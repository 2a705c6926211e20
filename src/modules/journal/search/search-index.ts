import type { Writer } from '../../../core/storage'
import { labelOfTag } from '../entries/draft'
import type { EntryRow } from '../entries/entry'
import { documentOf } from './document'
import * as fts5 from './fts5'
import { labelKeys, ownerKey } from './keys'
import * as tsvector from './tsvector'

type Indexed = Pick<EntryRow, 'docid' | 'entry' | 'entry_type' | 'tags' | 'symbols'>

const keysOf = ({ entry_type, tags, symbols }: Indexed) =>
  labelKeys({ entry_type, tags: tags.map(labelOfTag), symbols })

/** Makes entries findable, in the transaction that stores them. */
export async function addToSearch(tx: Writer, owner: string, entries: Indexed[]): Promise<void> {
  if (tx.dialect === 'postgres') {
    const rows = entries.map((entry): [number, string] => [
      entry.docid,
      tsvector.vectorText(documentOf(entry).words, keysOf(entry)),
    ])
    return tx.execute(tsvector.addRows(owner, rows))
  }
  const key = ownerKey(owner)
  const rows = entries.map((entry): [number, string, string] => [
    entry.docid,
    fts5.keysOf(key, keysOf(entry)),
    fts5.bodyOf(key, documentOf(entry).words),
  ])
  return tx.execute(fts5.addRows(rows))
}

/** Takes entries out of the search. On SQLite the owner is not in the index's own rows: pass docids of the owner's entries only. */
export function removeFromSearch(tx: Writer, owner: string, docids: readonly number[]): Promise<void> {
  return tx.execute(tx.dialect === 'postgres' ? tsvector.removeRows(owner, docids) : fts5.removeRows(docids))
}
