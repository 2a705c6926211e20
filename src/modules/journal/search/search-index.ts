import type { Writer } from '../../../core/storage'
import { labelOfTag } from '../entries/draft'
import type { EntryRow } from '../entries/entry'
import { documentOf } from './document'
import { learnFrequentWords, readFrequentWords } from './frequent-words'
import * as fts5 from './fts5'
import { labelKeys, ownerKey } from './keys'
import { addWords, removeWords } from './prefixes'
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
    for (const statement of tsvector.addRows(owner, rows)) await tx.execute(statement)
    return
  }
  const key = ownerKey(owner)
  const documents = entries.map((entry) => documentOf(entry).words)
  const isFrequent = (await readFrequentWords(tx, key)) ?? (await learnFrequentWords(tx, owner, key))
  const rows = entries.map((entry, at): [number, string] => [
    entry.docid,
    fts5.documentText(key, documents[at]!, keysOf(entry), isFrequent),
  ])
  await tx.execute(fts5.addRows(rows))
  await tx.execute(addWords(key, documents))
}

/** Takes an entry of the owner out of the search. */
export async function removeFromSearch(tx: Writer, owner: string, entry: Indexed): Promise<void> {
  if (tx.dialect === 'postgres') return tx.execute(tsvector.removeRow(owner, entry.docid))
  await tx.execute(fts5.removeRow(entry.docid))
  await tx.execute(removeWords(ownerKey(owner), documentOf(entry).words))
}
