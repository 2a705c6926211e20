import { expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { adoptEntries } from '../../../src/modules/journal/entries/rows'
import { docidOf } from '../../../src/modules/journal/search/docid'
import { journalEntries } from '../../../src/modules/journal/tables'
import { eachStorage } from '../../kit/storage'

const at = new Date('2024-05-06T07:08:09.000Z')

/** Two ids that would have the same number in the search index. */
function twins(): [string, string] {
  const seen = new Map<number, string>()
  for (let n = 0; ; n++) {
    const docid = docidOf(at.getTime(), `id-${n}`)
    const other = seen.get(docid)
    if (other !== undefined) return [other, `id-${n}`]
    seen.set(docid, `id-${n}`)
  }
}

eachStorage('entries that come from elsewhere', (open, _, dialect) => {
  test('get numbers of their own where two owners would share one, and are found by them', async () => {
    const rows = twins().map((id, index) => ({
      id,
      owner: `owner-${index}`,
      entry: 'bought calmly',
      entry_type: 'trade',
      tags: [],
      symbols: [],
      metadata: {},
      occurred_at: at,
      created_at: at,
      updated_at: at,
      client_id: null,
    }))
    await open().system.write((tx) => adoptEntries(tx, rows))
    const stored = await open().system.read(async (db) => db.select().from(journalEntries.on(db.dialect)))
    expect(
      stored.map(({ docid: _docid, ...row }) => row).sort((a, b) => (a.owner < b.owner ? -1 : 1)),
    ).toEqual(rows)
    expect(new Set(stored.map(({ docid }) => docid)).size).toBe(dialect === 'sqlite' ? 2 : 1)
    const found = await open().system.read((db) =>
      db.rows<{ docid: number }>(
        dialect === 'sqlite'
          ? sql`select -rowid as docid from journal_search`
          : sql`select docid from holdfast.journal_search`,
      ),
    )
    expect(found.map(({ docid }) => docid).sort()).toEqual(stored.map(({ docid }) => docid).sort())
  })
})
