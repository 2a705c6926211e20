import { Database } from 'bun:sqlite'
import { afterEach, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sql } from 'drizzle-orm'
import type { AppError } from '../../src/core/errors'
import { integrityCheck } from '../../src/platform/storage/integrity'
import { openStorage } from '../../src/platform/storage/open'
import { checkVersion } from '../../src/platform/storage/sqlite/file'
import { openSqliteStorage, type TestStorage } from '../kit/storage'
import { addNote, addNotes, bodies, getNote, notes } from './notes'

const t = notes.on('sqlite')
const opened: TestStorage[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

async function open(): Promise<TestStorage> {
  const fresh = await openSqliteStorage({ migrated: false })
  opened.push(fresh)
  await addNotes(fresh.storage)
  return fresh
}

const failure = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => {
      throw new Error('it worked')
    },
    (error) => error,
  )

test('the file is durable, strict about references, and nobody else may read it', async () => {
  const { storage } = await open()
  const pragmas = ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout']
  const values = await storage.admin.transaction(async (session) => {
    const rows = await Promise.all(pragmas.map((name) => session.rows<object>(`pragma ${name}`)))
    return rows.map(([row]) => Object.values(row!)[0])
  })
  expect(values).toEqual(['wal', 2, 1, 100])
  for (const file of [storage.location, `${storage.location}-wal`])
    expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a data folder that does not exist is made for the owner alone', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'holdfast-'))
  const folder = join(parent, 'deep', 'data')
  const storage = await openStorage({ DATA_DIR: folder } as never)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  await storage.close()
  rmSync(parent, { recursive: true })
})

test('an old SQLite is refused', () => {
  expect(() => checkVersion('3.51.2')).toThrow('3.51.3 or newer')
  expect(() => checkVersion('3.9.0')).toThrow('3.51.3 or newer')
  expect(() => checkVersion('3.51.3')).not.toThrow()
  expect(() => checkVersion('4.0.0')).not.toThrow()
})

test('closing leaves one file that holds everything', async () => {
  const { storage } = await open()
  await addNote(storage, storage.system, 'x', 'kept')
  await storage.close()
  expect(existsSync(`${storage.location}-wal`) && statSync(`${storage.location}-wal`).size > 0).toBe(false)
  using file = new Database(storage.location, { readonly: true })
  expect(file.query('select body from notes').all()).toEqual([{ body: 'kept' }])
})

test('a lock held by another process makes writes wait, then fail as unavailable; afterwards they work', async () => {
  const { storage } = await open()
  const other = new Database(storage.location)
  other.run('begin immediate')
  const waiting = addNote(storage, storage.system, 'x', 'waited')
  await Bun.sleep(300)
  expect(await bodies(storage, storage.system)).toEqual([])
  other.run('commit')
  await waiting
  expect(await bodies(storage, storage.system)).toEqual(['waited'])
  other.run('begin immediate')
  const error = await failure(addNote(storage, storage.system, 'x'))
  expect([error.kind, error.message]).toEqual([
    'unavailable',
    'The database is locked by another process: try again',
  ])
  other.run('rollback')
  other.close()
  await addNote(storage, storage.system, 'x', 'after')
  expect(await bodies(storage, storage.system)).toEqual(['waited', 'after'])
}, 20_000)

test('a full disk refuses every write of the moment and keeps what was acknowledged', async () => {
  const { storage } = await open()
  await addNote(storage, storage.system, 'x', 'before')
  const pages = async (limit: number) => {
    await storage.admin.transaction((session) => session.run(`pragma max_page_count = ${limit}`))
  }
  const [used] = await storage.admin.rows<{ page_count: number }>('pragma page_count')
  await pages(used!.page_count + 2)
  const settled = await Promise.allSettled(
    Array.from({ length: 5 }, () => addNote(storage, storage.system, 'x', 'y'.repeat(9000))),
  )
  const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as AppError] : []))
  expect(refused.length).toBeGreaterThan(0)
  for (const error of refused) expect(error.kind).toBe('unavailable')
  expect(refused.map((error) => error.message)).toContain('The disk of the database is full: free some space')
  expect(await bodies(storage, storage.system)).toHaveLength(1 + settled.length - refused.length)
  await pages(1_000_000)
  await addNote(storage, storage.system, 'x', 'after')
  expect((await bodies(storage, storage.system)).at(-1)).toBe('after')
})

test('writes that share a commit stay apart: one that fails takes nothing of the others along', async () => {
  const { storage } = await open()
  const slow = (id: string, fails: boolean) =>
    storage.system.write(async (tx) => {
      await tx.insert(t).values({ id: `${id}-1`, owner: 'x' })
      await Bun.sleep(1)
      await tx.insert(t).values({ id: `${id}-2`, owner: 'x' })
      if (fails) throw new Error('on purpose')
    })
  const settled = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((id, i) => slow(id, i % 2 === 1)))
  expect(settled.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ])
  const ids = await storage.system.read((db) => db.select({ id: t.id }).from(t).orderBy(t.id))
  expect(ids.map(({ id }) => id)).toEqual(['a-1', 'a-2', 'c-1', 'c-2', 'e-1', 'e-2'])
})

test('a write sees what an earlier write of the same moment has done', async () => {
  const { storage } = await open()
  const counts = await Promise.all(
    Array.from({ length: 20 }, () =>
      storage.system.write(async (tx) => {
        await tx.insert(t).values({ id: Bun.randomUUIDv7(), owner: 'x' })
        const [row] = await tx.rows<{ n: number }>(sql`select count(*) as n from ${t}`)
        return row!.n
      }),
    ),
  )
  expect(counts).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
})

test('read-only: rows can be read, nothing can be written, no file is made', async () => {
  const { storage, again } = await open()
  const id = await addNote(storage, storage.system, 'x')
  const reader = await again({ readOnly: true })
  expect(await getNote(reader, reader.system, id)).toHaveLength(1)
  expect((await failure(addNote(reader, reader.system, 'x'))).message).toBe(
    'The database was opened read-only',
  )
  await reader.close()
  const empty = mkdtempSync(join(tmpdir(), 'holdfast-'))
  const error = await failure(openStorage({ DATA_DIR: empty } as never, { readOnly: true }))
  expect([error.kind, error.message]).toEqual([
    'unavailable',
    expect.stringContaining('There is no database at'),
  ])
  expect(existsSync(join(empty, 'holdfast.db'))).toBe(false)
  rmSync(empty, { recursive: true })
})

test('a file that is no database is named as such', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  writeFileSync(join(folder, 'holdfast.db'), 'this is not a database, '.repeat(100))
  const error = await failure(openStorage({ DATA_DIR: folder } as never))
  expect([error.kind, error.message]).toEqual([
    'unavailable',
    expect.stringContaining('not a SQLite database'),
  ])
  rmSync(folder, { recursive: true })
})

test('a file that was taken away is noticed by ping, and nothing works after close', async () => {
  const { storage } = await open()
  expect(await storage.ping()).toBeGreaterThan(0)
  renameSync(storage.location, `${storage.location}.away`)
  expect((await failure(storage.ping())).message).toContain('removed or replaced')
  renameSync(`${storage.location}.away`, storage.location)
  expect(await storage.ping()).toBeGreaterThan(0)
  await storage.close()
  expect((await failure(addNote(storage, storage.system, 'x'))).message).toBe('The database is closed')
  expect((await failure(bodies(storage, storage.system))).message).toBe('The database is closed')
})

test('the integrity check names damage', async () => {
  const { storage } = await open()
  await storage.admin.transaction((session) =>
    session.run(
      'create table parent (id text primary key); create table child (id text references parent (id))',
    ),
  )
  using other = new Database(storage.location)
  other.run('pragma foreign_keys = off')
  other.run("insert into child values ('orphan')")
  expect(await integrityCheck(storage)).toEqual(['child: a row points at a missing row of parent'])
})

test('kill -9 in the middle of writing loses no acknowledged write', async () => {
  const { storage, again } = await open()
  await storage.close()
  const folder = dirname(storage.location)
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'writer-child.ts'), folder], {
    stdout: 'pipe',
  })
  let output = ''
  const reading = (async () => {
    for await (const chunk of child.stdout) {
      output += Buffer.from(chunk).toString()
      if (output.length > 3000) child.kill('SIGKILL')
    }
  })()
  await child.exited
  await reading
  const acknowledged = output.split('\n').slice(0, -1)
  expect(acknowledged.length).toBeGreaterThan(100)
  const after = await again()
  const kept = await after.system.read((db) => db.select({ id: t.id }).from(t))
  const ids = new Set(kept.map(({ id }) => id))
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([])
  expect(await integrityCheck(after)).toEqual([])
  await after.close()
})
