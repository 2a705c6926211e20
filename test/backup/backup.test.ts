import { Database } from 'bun:sqlite'
import { beforeAll, describe, expect, test } from 'bun:test'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import type { Source } from '../../src/platform/backup/backup'
import { createBackup, pruneBackups } from '../../src/platform/backup/create'
import { openFolderTarget } from '../../src/platform/backup/folder-target'
import { findBackup, listBackups } from '../../src/platform/backup/manifest'
import { pack, unpack } from '../../src/platform/backup/pack'
import { restoreBackup } from '../../src/platform/backup/restore'
import { readState } from '../../src/platform/backup/state'
import { completeRestore } from '../../src/platform/backup/swap'
import type { Target } from '../../src/platform/backup/target'
import { emptyFolder } from '../kit/folder'

/** A data folder with a database that still has its newest rows in the write-ahead log, and a log of segments. */
function makeData(rows = 50): { folder: string; sources: Source[]; db: Database } {
  const folder = emptyFolder()
  const db = new Database(join(folder, 'holdfast.db'))
  db.run('pragma journal_mode = wal')
  db.run('pragma wal_autocheckpoint = 0')
  db.run('create table notes (id integer primary key, body text)')
  const add = db.prepare('insert into notes (body) values (?)')
  db.transaction(() => {
    for (let n = 0; n < rows; n++) add.run(`planted ${n} ${'x'.repeat(200)}`)
  })()
  mkdirSync(join(folder, 'log'))
  writeFileSync(join(folder, 'log', '000001.seg'), 'records')
  return {
    folder,
    db,
    sources: [
      { path: 'log', from: join(folder, 'log'), kind: 'folder' },
      { path: 'holdfast.db', from: join(folder, 'holdfast.db'), kind: 'sqlite' },
      { path: 'absent.db', from: join(folder, 'absent.db'), kind: 'sqlite' },
    ],
  }
}

const about = { version: '9.9.9', dialect: 'sqlite', schema: '0007' } as const
const make = (target: Target, sources: Source[], recipient?: string) =>
  createBackup({ target, sources, about, recipient, workFolder: emptyFolder(), now: Date.now })

const rowsIn = (folder: string) => {
  const db = new Database(join(folder, 'holdfast.db'), { readonly: true })
  const [row] = db.query('select count(*) as n from notes').all() as { n: number }[]
  db.close()
  return row!.n
}

const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => {
      throw new Error('it worked')
    },
    (error) => error,
  )

function restoreInto(folder: string, target: Target, name: string, more: object = {}) {
  const sources: Source[] = [
    { path: 'log', from: join(folder, 'log'), kind: 'folder' },
    { path: 'holdfast.db', from: join(folder, 'holdfast.db'), kind: 'sqlite' },
  ]
  return findBackup(target, name).then((manifest) =>
    restoreBackup({
      target,
      manifest,
      dataDir: folder,
      sources,
      identity: undefined,
      needed: '0007',
      now: Date.now,
      ...more,
    }),
  )
}

test('what is only in the write-ahead log is in the backup; files are readable by their owner alone', async () => {
  const { sources, db } = makeData()
  const kept = emptyFolder()
  const target = openFolderTarget(kept)
  const { name, files } = await make(target, sources)
  expect(files.map(({ path }) => path)).toEqual(['log/000001.seg', 'holdfast.db'])
  for (const file of readdirSync(join(kept, name)))
    expect(statSync(join(kept, name, file)).mode & 0o077).toBe(0)
  const fresh = emptyFolder()
  await restoreInto(fresh, target, name)
  expect(rowsIn(fresh)).toBe(50)
  expect(readFileSync(join(fresh, 'log', '000001.seg'), 'utf8')).toBe('records')
  db.close()
})

test('what was there is kept aside, with its write-ahead log; later records are not read into an earlier database', async () => {
  const { sources } = makeData(5)
  const target = openFolderTarget(emptyFolder())
  const { name } = await make(target, sources.slice(1))
  const { folder, db } = makeData(9)
  const aside = await restoreInto(folder, target, name)
  db.close()
  expect(rowsIn(folder)).toBe(5)
  expect(readdirSync(join(folder, 'log'))).toEqual([])
  expect(readFileSync(join(aside, 'log', '000001.seg'), 'utf8')).toBe('records')
  expect(rowsIn(aside)).toBe(9)
})

test('encrypted backups show nothing, and open with their key alone', async () => {
  const identity = await generateIdentity()
  const { sources } = makeData()
  const kept = emptyFolder()
  const target = openFolderTarget(kept)
  const { name } = await make(target, sources, await identityToRecipient(identity))
  const stored = readFileSync(join(kept, name, 'holdfast.db.gz.age'))
  expect(stored.toString('latin1')).toStartWith('age-encryption.org/v1')
  const fresh = emptyFolder()
  expect((await failure(restoreInto(fresh, target, name))).message).toContain('set BACKUP_AGE_IDENTITY')
  const other = { identity: await generateIdentity() }
  expect((await failure(restoreInto(fresh, target, name, other))).message).toContain(
    'encrypted for another key',
  )
  await restoreInto(fresh, target, name, { identity })
  expect(rowsIn(fresh)).toBe(50)
})

test('a recipient with a slip in it is said in one line, and nothing is left', async () => {
  const { sources } = makeData()
  const kept = emptyFolder()
  const recipient = (await identityToRecipient(await generateIdentity())).replace(/.$/, (last) =>
    last === 'q' ? 'p' : 'q',
  )
  const { message } = await failure(make(openFolderTarget(kept), sources, recipient))
  expect(message).toBe('BACKUP_AGE_RECIPIENT is no public key of age: copy it anew from age-keygen')
  expect(readdirSync(kept)).toEqual([])
})

describe('a backup that was cut or altered is refused, named, and nothing changes', () => {
  const kept = emptyFolder()
  let name: string
  beforeAll(async () => {
    name = (await make(openFolderTarget(kept), makeData().sources)).name
  })
  const damages: [string, (file: (name: string) => string) => void][] = [
    ['cut', (file) => truncateSync(file('holdfast.db.gz'), 100)],
    ['emptied', (file) => truncateSync(file('holdfast.db.gz'), 0)],
    ['one byte changed', (file) => flip(file('holdfast.db.gz'))],
    ['another file in its place', (file) => cpSync(file('log~000001.seg.gz'), file('holdfast.db.gz'))],
    ['a file is gone', (file) => renameSync(file('holdfast.db.gz'), file('elsewhere'))],
    ['manifest cut', (file) => truncateSync(file('manifest.json'), 200)],
    ['manifest changed', (file) => change(file('manifest.json'), '0007', '0001')],
    [
      'manifest points out of the folder',
      (file) => change(file('manifest.json'), '"holdfast.db"', '"../../x.db"'),
    ],
  ]
  test.each(damages)('%s', async (_, damage) => {
    const copy = emptyFolder()
    cpSync(kept, copy, { recursive: true })
    damage((file) => join(copy, name, file))
    const { folder, db } = makeData(3)
    const { message } = await failure(restoreInto(folder, openFolderTarget(copy), name))
    expect(message).toContain(name)
    expect(message).not.toContain('\n')
    expect(rowsIn(folder)).toBe(3)
    expect(
      readdirSync(folder).filter((entry) => entry.startsWith('.') || entry.startsWith('replaced')),
    ).toEqual([])
    db.close()
  })
})

function flip(file: string): void {
  const bytes = readFileSync(file)
  bytes[bytes.length >> 1]! ^= 0xff
  writeFileSync(file, bytes)
}
const change = (file: string, from: string, to: string) =>
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))

test('a backup of a newer binary says which one restores it', async () => {
  const target = openFolderTarget(emptyFolder())
  const { name } = await make(target, makeData().sources)
  const { message } = await failure(restoreInto(emptyFolder(), target, name, { needed: '0003' }))
  expect(message).toBe(
    `backup ${name} has schema 0007, this binary knows 0003: restore it with holdfast 9.9.9 or newer`,
  )
})

test('a restore that dies while files are exchanged is finished by the next start, from wherever it was', async () => {
  const target = openFolderTarget(emptyFolder())
  const { name } = await make(target, makeData(5).sources)
  for (const dies of [0, 1, 2]) {
    const { folder, db } = makeData(9)
    db.close()
    await interruptedRestore(folder, target, name, dies)
    expect(completeRestore(folder)).toBe(true)
    expect(completeRestore(folder)).toBe(false)
    expect(rowsIn(folder)).toBe(5)
    expect(readdirSync(folder).filter((entry) => entry.startsWith('.restore'))).toEqual([])
  }
})

/** Runs a restore in a process that is killed at its n-th rename after the plan was written. */
async function interruptedRestore(
  folder: string,
  target: Target,
  name: string,
  renames: number,
): Promise<void> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'dying-restore.ts')], {
    env: {
      PATH: process.env.PATH ?? '',
      FOLDER: folder,
      KEPT: target.location,
      NAME: name,
      RENAMES: String(renames),
    },
    stderr: 'inherit',
  })
  await child.exited
  expect(child.signalCode).toBe('SIGKILL')
  expect(existsSync(join(folder, '.restore-ready.json'))).toBe(true)
}

test('a damaged database is not backed up as if it were sound', async () => {
  const { folder, sources, db } = makeData(2000)
  db.run('pragma wal_checkpoint(truncate)')
  db.close()
  const file = join(folder, 'holdfast.db')
  const bytes = readFileSync(file)
  bytes.fill(0xee, 4096 * 3, 4096 * 6)
  writeFileSync(file, bytes)
  const kept = emptyFolder()
  const { message } = await failure(make(openFolderTarget(kept), sources))
  expect(message).toMatch(/holdfast\.db.* damaged/)
  expect((await listBackups(openFolderTarget(kept))).whole).toEqual([])
})

test('a backup that was killed half way is none, and the next one clears up', async () => {
  const kept = emptyFolder()
  const target = openFolderTarget(kept)
  await target.put('20200101T000000Z-dead', 'holdfast.db.gz', join(import.meta.dir, 'backup.test.ts'))
  expect(await listBackups(target)).toEqual({ whole: [], damaged: [] })
  expect((await failure(findBackup(target))).message).toContain('there is no backup in')
})

test('the newest are kept', async () => {
  const target = openFolderTarget(emptyFolder())
  const { sources } = makeData(1)
  const names: string[] = []
  for (const at of ['2026-01-01', '2026-01-02', '2026-01-03']) {
    const now = () => Date.parse(at)
    names.push(
      (await createBackup({ target, sources, about, recipient: undefined, workFolder: emptyFolder(), now }))
        .name,
    )
  }
  expect(await pruneBackups(target, 2)).toEqual([names[0]!])
  expect((await listBackups(target)).whole.map(({ name }) => name)).toEqual([names[2]!, names[1]!])
  expect((await findBackup(target)).name).toBe(names[2]!)
})

test('a state that cannot be read is as good as none', () => {
  const folder = emptyFolder()
  expect(readState(folder)).toEqual({})
  writeFileSync(join(folder, 'backup-state.json'), '{')
  expect(readState(folder)).toEqual({})
})

test('a copy under another name is not taken for the backup that it was', async () => {
  const kept = emptyFolder()
  const target = openFolderTarget(kept)
  const { name } = await make(target, makeData(1).sources)
  const other = '20260101T000000Z-0bad'
  cpSync(join(kept, name), join(kept, other), { recursive: true })
  expect((await listBackups(target)).damaged).toEqual([other])
  expect((await failure(findBackup(target, other))).message).toContain(`says that it is ${name}`)
  expect((await findBackup(target, name)).name).toBe(name)
})

test('copies that a killed process left in the work folder go with a later backup', async () => {
  const workFolder = emptyFolder()
  const [old, young] = ['.backup-old', '.verify-young'].map((name) => join(workFolder, name))
  for (const folder of [old!, young!]) mkdirSync(folder)
  const dayAgo = Date.now() / 1000 - 90_000
  utimesSync(old!, dayAgo, dayAgo)
  const target = openFolderTarget(emptyFolder())
  const { sources } = makeData(1)
  await createBackup({ target, sources, about, recipient: undefined, workFolder, now: Date.now })
  expect(readdirSync(workFolder)).toEqual(['.verify-young'])
})

test('what unpacks to more than it should hold is given up when it has come to that size', async () => {
  const [folder, size] = [emptyFolder(), 50_000_000]
  writeFileSync(join(folder, 'zeros'), new Uint8Array(size))
  const packed = join(folder, 'zeros.gz')
  await pack(join(folder, 'zeros'), packed, undefined)
  expect(statSync(packed).size).toBeLessThan(size / 500)
  const out = join(folder, 'out')
  const { message } = await failure(unpack(packed, out, undefined, 100_000))
  expect(message).toBe('there is more in it than it should hold')
  expect(statSync(out).size).toBeLessThanOrEqual(100_000)
  const measured = await unpack(packed, join(folder, 'whole'), undefined, size)
  expect(measured.plain.bytes).toBe(size)
})
