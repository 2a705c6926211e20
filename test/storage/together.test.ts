import { afterEach, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import type { Reader } from '../../src/core/storage'
import { openSqliteStorage, type TestStorage } from '../kit/storage'
import { addNote, addNotes, getNote, notes } from './notes'

const t = notes.on('sqlite')
const bodies = async (db: Reader) => (await db.select({ body: t.body }).from(t)).map(({ body }) => body)

const opened: TestStorage[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

async function open() {
  const fresh = await openSqliteStorage({ migrated: false })
  opened.push(fresh)
  await addNotes(fresh.storage)
  const { storage } = fresh
  const scope = storage.as('ann')
  return { storage, scope, add: (body: string) => addNote(storage, scope, 'ann', body) }
}

test('reads that were asked for together share a connection; each sees what was committed before it was asked for', async () => {
  const { storage, scope, add } = await open()
  for (let n = 1; n <= 20; n++) {
    await add(`note ${n}`)
    const seen = await Promise.all(Array.from({ length: 5 }, () => scope.read((db) => bodies(db))))
    for (const list of seen) expect(list).toHaveLength(n)
  }
  expect(storage.connections()).toMatchObject({ active: 0, idle: 1, waiting: 0 })
})

test('a read that joins while another is under way does not see the past', async () => {
  const { scope, add } = await open()
  let goOn = () => {}
  const slow = scope.read(async (db) => {
    const before = await bodies(db)
    await new Promise<void>((resolve) => {
      goOn = resolve
    })
    return [before.length, (await bodies(db)).length]
  })
  await Bun.sleep(5)
  await add('written meanwhile')
  expect(await scope.read((db) => bodies(db))).toHaveLength(1)
  goOn()
  expect(await slow).toEqual([0, 0])
})

test('a query joins a round that waits for a connection, also when another comes free meanwhile', async () => {
  const { storage, scope } = await open()
  const kept = await addNote(storage, scope, 'ann', 'kept')
  const after = async (ticks: number, work: () => Promise<unknown>) => {
    for (let tick = 0; tick < ticks; tick++) await null
    return work()
  }
  for (let moment = 0; moment < 36; moment++) {
    const releases: (() => void)[] = []
    const held = []
    for (let n = 0; n < 8; n++) {
      held.push(scope.read(() => new Promise<void>((resolve) => releases.push(resolve))))
      await Bun.sleep(0)
    }
    const waits = after(moment % 6, () => scope.read((db) => bodies(db)))
    for (const release of releases.splice(0, 2)) release()
    const asks = after(Math.floor(moment / 6), () => getNote(storage, scope, kept))
    expect([await waits, await asks]).toMatchObject([['kept'], [{ body: 'kept' }]])
    for (const release of releases) release()
    await Promise.all(held)
  }
  expect(storage.connections()).toMatchObject({ active: 0, waiting: 0 })
})

test('a query asked of the scope waits for a connection where all are held', async () => {
  const { storage, scope, add } = await open()
  const kept = await addNote(storage, scope, 'ann', 'kept')
  const releases: (() => void)[] = []
  const held = []
  for (let n = 0; n < 8; n++) {
    held.push(scope.read(() => new Promise<void>((resolve) => releases.push(resolve))))
    await Bun.sleep(0)
  }
  const asked = [getNote(storage, scope, kept), getNote(storage, scope, kept)]
  await Bun.sleep(0)
  expect(storage.connections()).toMatchObject({ active: 8, waiting: 1 })
  await add('written meanwhile')
  for (const release of releases) release()
  for (const rows of await Promise.all(asked)) expect(rows).toMatchObject([{ body: 'kept' }])
  await Promise.all(held)
  expect(storage.connections()).toMatchObject({ active: 0, waiting: 0 })
})

test('one that fails takes none of those beside it along, nor its connection', async () => {
  const { storage, scope, add } = await open()
  await add('there')
  const outcomes = await Promise.allSettled([
    scope.read((db) => bodies(db)),
    scope.read((db) => db.rows(sql`select * from there_is_no_such_table`)),
    scope.read(async () => {
      throw new Error('of its own')
    }),
    scope.read((db) => bodies(db)),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(await scope.read((db) => bodies(db))).toHaveLength(1)
  expect(storage.connections()).toMatchObject({ active: 0, waiting: 0 })
})

test('they begin in the order in which they were asked for', async () => {
  const { scope } = await open()
  const begun: number[] = []
  const ask = (n: number) =>
    scope.read(async (db) => {
      begun.push(n)
      await bodies(db)
    })
  await Promise.all([1, 2, 3].map(ask))
  await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n + 4)))
  expect(begun).toEqual(Array.from({ length: 23 }, (_, n) => n + 1))
})
