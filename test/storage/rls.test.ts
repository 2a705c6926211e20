import { afterAll, beforeAll, expect, test } from 'bun:test'
import { eq, sql } from 'drizzle-orm'
import { findUnprotectedTables } from '../../src/platform/storage/protection'
import { openPostgresStorage, type TestStorage } from '../kit/storage'
import { addNote, addNotes, bodies, notes } from './notes'

let rig: TestStorage
const t = notes.on('postgres')
beforeAll(async () => {
  rig = await openPostgresStorage()
  await addNotes(rig.storage)
})
afterAll(() => rig.close())

test('an owner sees its rows alone, without any condition in the query', async () => {
  const { storage } = rig
  await addNote(storage, storage.as('ann'), 'ann', 'of ann')
  await addNote(storage, storage.as('bob'), 'bob', 'of bob')
  expect(await bodies(storage, storage.as('ann'))).toEqual(['of ann'])
  expect(await bodies(storage, storage.as('bob'))).toEqual(['of bob'])
  expect(await bodies(storage, storage.as(''))).toEqual([])
  expect(await bodies(storage, storage.system)).toEqual(expect.arrayContaining(['of ann', 'of bob']))
})

test("nobody inserts, changes or removes another's rows", async () => {
  const { storage } = rig
  const id = await addNote(storage, storage.as('carl'), 'carl', 'of carl')
  const dan = storage.as('dan')
  const asCarl = dan.write((tx) => tx.insert(t).values({ id: 'forged', owner: 'carl' }))
  await expect(asCarl).rejects.toThrow('row-level security')
  expect(
    await dan.write((tx) => tx.update(t).set({ body: 'taken' }).where(eq(t.id, id)).returning()),
  ).toEqual([])
  expect(await dan.write((tx) => tx.delete(t).where(eq(t.id, id)).returning())).toEqual([])
  const own = await addNote(storage, dan, 'dan')
  const given = dan.write((tx) => tx.update(t).set({ owner: 'carl' }).where(eq(t.id, own)))
  await expect(given).rejects.toThrow('row-level security')
  expect(await bodies(storage, storage.as('carl'))).toEqual(['of carl'])
})

test('the role of callers can do nothing but use the tables', async () => {
  const caller = rig.storage.as('eve')
  const attempts = [
    'create table holdfast.own (id text)',
    'alter table holdfast.notes disable row level security',
    'create policy mine on holdfast.notes using (true)',
    'truncate holdfast.notes',
    'drop table holdfast.notes',
    'update holdfast.schema_migrations set checksum = 0',
    'copy holdfast.notes to program $$true$$',
  ]
  for (const attempt of attempts) {
    await expect(caller.write((tx) => tx.execute(sql.raw(attempt)))).rejects.toThrow(
      /permission denied|must be owner|must be superuser/,
    )
  }
})

test('the principal does not outlive its transaction on the connection', async () => {
  const { storage } = rig
  const one = await rig.again()
  await one.as('frida').read((db) => db.rows(sql`select 1`))
  const [left] = await one.admin.rows(
    `select coalesce(current_setting('app.principal', true), '') as principal, current_user::text = session_user::text as same`,
  )
  expect(left).toEqual({ principal: '', same: true })
  await one.close()
  const [claims] = await storage
    .as('frida')
    .read((db) => db.rows<{ claims: string }>(sql`select current_setting('request.jwt.claims') as claims`))
  expect(JSON.parse(claims!.claims)).toEqual({ sub: 'frida', role: 'holdfast_caller' })
})

test('what is not protected is found', async () => {
  const { storage } = rig
  expect(await findUnprotectedTables(storage)).toEqual([])
  const run = (script: string) => storage.admin.transaction((session) => session.run(script))
  await run('create table holdfast.bare (id text)')
  await run(
    'create table holdfast.unforced (id text); alter table holdfast.unforced enable row level security',
  )
  await run(`create policy wide on holdfast.notes to holdfast_caller using (true)`)
  expect(await findUnprotectedTables(storage)).toEqual([
    'bare: row-level security is off',
    'notes: a policy shows every caller the rows of all owners',
    'unforced: row-level security is not forced, its owner sees every row',
    'unforced: has no policy',
    'bare: row-level security does not bind the role of callers',
  ])
})
