import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createBackup, pruneBackups } from '../../src/platform/backup/create'
import { findBackup, listBackups } from '../../src/platform/backup/manifest'
import { openTarget } from '../../src/platform/backup/open-target'
import type { Target } from '../../src/platform/backup/target'
import { unpackAll } from '../../src/platform/backup/unpack'
import { emptyFolder } from '../kit/folder'

setDefaultTimeout(60_000)

let store: Bun.Subprocess<'ignore', 'pipe', 'inherit'>
let port = 0
beforeAll(async () => {
  store = Bun.spawn([process.execPath, join(import.meta.dir, 's3-server.ts'), emptyFolder()], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  for await (const chunk of store.stdout) {
    port = Number(/port (\d+)/.exec(new TextDecoder().decode(chunk))?.[1] ?? 0)
    if (port > 0) break
  }
})
afterAll(() => store.kill())

const open = (bucket = 'kept'): Target =>
  openTarget({
    DATA_DIR: undefined,
    BACKUP_TO: `s3://${bucket}/of/holdfast`,
    BACKUP_S3_ENDPOINT: `http://127.0.0.1:${port}`,
    BACKUP_S3_REGION: 'us-east-1',
    BACKUP_S3_ACCESS_KEY_ID: 'S3RVER',
    BACKUP_S3_SECRET_ACCESS_KEY: 'S3RVER',
  })

function makeSources() {
  const folder = emptyFolder()
  const db = new Database(join(folder, 'holdfast.db'))
  db.run('create table notes (body text)')
  db.close()
  return [{ path: 'holdfast.db', from: join(folder, 'holdfast.db'), kind: 'sqlite' as const }]
}

const make = (target: Target, day: number) =>
  createBackup({
    target,
    sources: makeSources(),
    about: { version: '1.0.0', dialect: 'sqlite', schema: '0001' },
    recipient: undefined,
    workFolder: emptyFolder(),
    now: () => Date.UTC(2026, 0, day),
  })

test('a bucket keeps, lists, gives back and drops backups', async () => {
  const target = open()
  const [first, second] = [await make(target, 1), await make(target, 2)]
  const { whole, damaged } = await listBackups(target)
  expect({ names: whole.map(({ name }) => name), damaged }).toEqual({
    names: [second.name, first.name],
    damaged: [],
  })
  const folder = emptyFolder()
  await unpackAll(target, await findBackup(target), folder, undefined)
  expect(readFileSync(join(folder, 'holdfast.db')).subarray(0, 15).toString()).toBe('SQLite format 3')
  expect(await pruneBackups(target, 1)).toEqual([first.name])
  expect((await listBackups(target)).whole.map(({ name }) => name)).toEqual([second.name])
})

test('one that was never finished is none', async () => {
  const target = open()
  const file = join(emptyFolder(), 'file')
  writeFileSync(file, 'half')
  await target.put('20300101T000000Z-dead', 'holdfast.db.gz', file)
  expect((await findBackup(target)).name).not.toStartWith('2030')
})

test('those that were never finished do not drive out those that were', async () => {
  const target = open()
  const { whole } = await listBackups(target)
  const file = join(emptyFolder(), 'file')
  writeFileSync(file, 'half')
  for (const name of ['20310101T000000Z-dead', '20310102T000000Z-dead', '20310103T000000Z-dead'])
    await target.put(name, 'holdfast.db.gz', file)
  expect(await pruneBackups(target, 3)).toEqual([])
  expect((await listBackups(target)).whole).toEqual(whole)
})

test('a refusal is one line that says where and why', async () => {
  const failed = await open('of-nobody')
    .names()
    .then(
      () => 'it worked',
      (error: Error) => error.message,
    )
  expect(failed).toMatch(/^s3:\/\/of-nobody\/of\/holdfast refuses: NoSuchBucket[^\n]*$/)
})
