import { expect, test } from 'bun:test'
import { eq, sql } from 'drizzle-orm'
import { fillJournal } from '../../../bench/fill-journal'
import { eraseOwner } from '../../../src/modules/journal/account/erase'
import type { EntryRow } from '../../../src/modules/journal/entries/entry'
import { insertEntries, removeEntry } from '../../../src/modules/journal/entries/rows'
import { matchText } from '../../../src/modules/journal/search/fts5'
import { ownerKey } from '../../../src/modules/journal/search/keys'
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

/** On SQLite: the words that long prefixes are looked up among. */
const listWords = async (storage: Storage): Promise<string[]> =>
  (
    await storage.system.read((db) =>
      db.rows<{ word: string }>(sql`select word from journal_words order by word`),
    )
  ).map(({ word }) => word)

async function anEntry(storage: Storage, owner: string): Promise<EntryRow> {
  const t = journalEntries.on(storage.dialect)
  const [row] = await storage.as(owner).read((db) => db.select().from(t).where(eq(t.owner, owner)).limit(1))
  return row!
}

eachStorage('The search index', (open, _, dialect) => {
  test.if(dialect === 'sqlite')('keeps the words of what is there, and no others', async () => {
    const storage = open()
    const plant = (text: string) => ({ plant: () => ({ text, tags: [] }) })
    await fillJournal(storage, 'first', 1, plant('zebra zebrafish'))
    const [all, entry] = [await listWords(storage), await anEntry(storage, 'first')]
    const other = { ...entry, id: Bun.randomUUIDv7(), entry: 'zebra', tags: [], symbols: [] }
    const add = (owner: string) =>
      storage.as(owner).write((tx) => insertEntries(tx, owner, [{ ...other, owner, id: Bun.randomUUIDv7() }]))
    await add('second')
    const zebra = `${ownerKey('first')}zebra`
    expect(all).toContain(`${zebra}fish`)
    await add('first')
    await storage.as('first').write((tx) => removeEntry(tx, 'first', entry))
    expect(await listWords(storage)).toEqual([zebra, `${ownerKey('second')}zebra`].sort())
    await storage.as('second').write((tx) => eraseOwner(tx, 'second', () => {}))
    expect(await listWords(storage)).toEqual([zebra])
    await storage.as('first').write((tx) => eraseOwner(tx, 'first', () => {}))
    expect(await listWords(storage)).toEqual([])
  })

  test.if(dialect === 'sqlite')(
    'learns once which words an owner uses often, until all is deleted',
    async () => {
      const storage = open()
      const readHashes = () =>
        storage.system.read((db) =>
          db.rows<{ hashes: string }>(
            sql`select hashes from journal_frequent_words where owner = ${ownerKey('writer')}`,
          ),
        )
      await fillJournal(storage, 'writer', 999)
      expect(await readHashes()).toEqual([])
      await fillJournal(storage, 'writer', 1)
      const learned = await readHashes()
      expect(JSON.parse(learned[0]!.hashes).length).toBeGreaterThan(50)
      await fillJournal(storage, 'writer', 1)
      expect(await readHashes()).toEqual(learned)
      const [unpaired] = await storage.system.read((db) =>
        db.rows(
          sql`select count(*) as count from journal_search where journal_search match ${matchText(ownerKey('writer'), { wanted: [], unwanted: [] }, ['¶'])}`,
        ),
      )
      expect(unpaired).toEqual({ count: 999 })
      await storage.as('writer').write((tx) => eraseOwner(tx, 'writer', () => {}))
      expect(await readHashes()).toEqual([])
    },
  )

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
