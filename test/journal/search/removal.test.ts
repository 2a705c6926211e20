import { expect, test } from 'bun:test'
import { eq, sql } from 'drizzle-orm'
import { fillJournal } from '../../../bench/fill-journal'
import { eraseOwner } from '../../../src/modules/journal/account/erase'
import type { EntryRow } from '../../../src/modules/journal/entries/entry'
import { removeEntry } from '../../../src/modules/journal/entries/rows'
import { journalEntries } from '../../../src/modules/journal/tables'
import type { Storage } from '../../../src/platform/storage/storage'
import { eachStorage } from '../../kit/storage'

/** Searches join the entries, so they would not show what was left behind in the index. */
async function countIndexed(storage: Storage): Promise<number> {
  const table = sql.raw(storage.dialect === 'postgres' ? 'holdfast.journal_search' : 'journal_search')
  const [row] = await storage.system.read((db) =>
    db.rows<{ count: number | string }>(sql`select count(*) as count from ${table}`),
  )
  return Number(row!.count)
}

async function anEntry(storage: Storage, owner: string): Promise<EntryRow> {
  const t = journalEntries.on(storage.dialect)
  const [row] = await storage.as(owner).read((db) => db.select().from(t).where(eq(t.owner, owner)).limit(1))
  return row!
}

eachStorage('The search index', (open) => {
  test('holds nothing of what was deleted, one by one or all at once, and all of what others have', async () => {
    const storage = open()
    await fillJournal(storage, 'leaver', 30)
    await fillJournal(storage, 'stayer', 20)
    expect(await countIndexed(storage)).toBe(50)
    const entry = await anEntry(storage, 'leaver')
    await storage.as('leaver').write((tx) => removeEntry(tx, 'leaver', entry))
    expect(await countIndexed(storage)).toBe(49)
    await storage.as('leaver').write((tx) => eraseOwner(tx, 'leaver', () => {}))
    expect(await countIndexed(storage)).toBe(20)
  })
})
