import { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { migrations } from '../../migrations'
import { cli, json } from '../cli/rig'
import { startApp } from '../kit/app'
import { emptyFolder } from '../kit/folder'
import { killed } from '../kit/killed'
import { createDatabase } from '../kit/postgres'
import { smallDisk } from '../kit/small-disk'

type Place = Record<string, string>

/** Data with an entry in it, and where its backups go. */
async function someData(folder = emptyFolder()): Promise<Place & { DATA_DIR: string; BACKUP_TO: string }> {
  const place = { DATA_DIR: join(folder, 'data'), BACKUP_TO: join(emptyFolder(), 'kept') }
  await write(place, 'bought a little')
  return place
}

async function write(place: Place, entry: string): Promise<void> {
  const app = await startApp({ env: place, folder: place.DATA_DIR })
  expect((await app.tool('store_journal_entry', { entry })).isError ?? false).toBe(false)
  await app.close()
}

const entriesIn = ({ DATA_DIR }: Place): string[] => {
  const db = new Database(join(DATA_DIR!, 'holdfast.db'), { readonly: true })
  const rows = db.query<{ entry: string }, []>('select entry from journal_entries order by id').all()
  db.close()
  return rows.map(({ entry }) => entry)
}

const lastLine = (text: string) => text.trim().split('\n').at(-1)!

test('kill -9 during a backup: it counts for none, and the next one is sound', async () => {
  const env = await someData()
  await killed('holdfast.db', ['backup', 'create'], env)
  expect(await json('backup list', { env })).toMatchObject({ backups: [], damaged: [] })
  expect(entriesIn(env)).toEqual(['bought a little'])
  expect((await cli('backup create', { env })).code).toBe(0)
  expect((await cli('backup verify', { env })).code).toBe(0)
})

test('kill -9 during a restore, before anything is exchanged: the data is what it was, and the next one works', async () => {
  const env = await someData()
  const { name } = await json<{ name: string }>('backup create', { env })
  await write(env, 'sold')
  // This process still has the file open.
  cpSync(env.DATA_DIR, `${env.DATA_DIR}-copy`, { recursive: true })
  env.DATA_DIR += '-copy'
  await killed('holdfast.db', ['backup', 'restore', name, '--yes'], env)
  expect(entriesIn(env)).toEqual(['bought a little', 'sold'])
  expect((await cli(`backup restore ${name} --yes`, { env })).code).toBe(0)
  expect(entriesIn(env)).toEqual(['bought a little'])
  expect(readdirSync(env.DATA_DIR).filter((entry) => entry.startsWith('.restore'))).toEqual([])
})

describe.each(['sqlite', 'postgres'] as const)('kill -9 during a migration on %s', (dialect) => {
  test('the step is not there at all, those before it are, and the next run goes on', async () => {
    const env: Place = { DATA_DIR: emptyFolder() }
    if (dialect === 'postgres') env.DATABASE_URL = (await createDatabase({ migrated: false })).url
    const at = migrations[4]!.id
    await killed(at, ['migrate', 'up'], env)
    const status = await cli('migrate status --json', { env })
    expect(JSON.parse(status.stdout)).toMatchObject({ current: migrations[3]!.id, newer: false, changed: [] })
    const { applied } = await json<{ applied: string[] }>('migrate up', { env })
    expect(applied).toEqual(migrations.slice(4).map(({ id, name }) => `${id}_${name}`))
    expect((await cli('migrate status', { env })).code).toBe(0)
  })
})

test('a damaged page is found, named, never backed up as if it were sound, and a restore brings all back', async () => {
  const env = await someData()
  const { name } = await json<{ name: string }>('backup create', { env })
  const file = join(env.DATA_DIR, 'holdfast.db')
  spoil(file, 'journal_entries')
  const doctor = await cli('doctor --json', { env: { ...env, PORT: '0', OTEL_PROMETHEUS_PORT: '0' } })
  const { checks } = JSON.parse(doctor.stdout) as { checks: Record<string, string>[] }
  expect([doctor.code, checks.find(({ check }) => check === 'integrity')]).toEqual([
    1,
    {
      check: 'integrity',
      status: 'fail',
      detail: expect.stringMatching(/damaged: .*page \d+/),
      next: expect.stringContaining('holdfast backup restore'),
    },
  ])
  const made = await cli('backup create', { env })
  expect([made.code, lastLine(made.stderr)]).toEqual([1, expect.stringMatching(/holdfast\.db .*damaged/)])
  expect((await json<{ backups: unknown[] }>('backup list', { env })).backups).toHaveLength(1)
  const restored = await cli(`backup restore ${name} --yes`, { env })
  expect([restored.code, restored.stderr]).toEqual([0, ''])
  expect(entriesIn(env)).toEqual(['bought a little'])
  expect((await cli('audit verify', { env })).code).toBe(0)
})

/** Overwrites the first page of a table. */
function spoil(file: string, table: string): void {
  const db = new Database(file)
  db.run('pragma wal_checkpoint(truncate)')
  const { root } = db
    .query<{ root: number }, [string]>('select rootpage as root from sqlite_master where name = ?')
    .get(table)!
  const { page_size } = db.query<{ page_size: number }, []>('pragma page_size').get()!
  db.close()
  const bytes = readFileSync(file)
  bytes.fill(0xee, (root - 1) * page_size, root * page_size)
  writeFileSync(file, bytes)
}

test('a full disk stops a backup and a restore with one line; the data stays as it is', async () => {
  const disk = smallDisk(4)
  if (!disk) return
  try {
    const env = await someData(disk.folder)
    const { name } = await json<{ name: string }>('backup create', { env })
    const { bavail, bsize } = statfsSync(disk.folder)
    writeFileSync(join(disk.folder, 'filler'), new Uint8Array(Math.max(0, bavail * bsize - 8192)))
    const full = /disk (that )?is full/
    const made = await cli('backup create', { env })
    expect([made.code, lastLine(made.stderr)]).toEqual([1, expect.stringMatching(full)])
    const restored = await cli(`backup restore ${name} --yes`, { env })
    expect([restored.code, lastLine(restored.stderr)]).toEqual([1, expect.stringMatching(full)])
    expect((await json<{ backups: unknown[] }>('backup list', { env })).backups).toHaveLength(1)
    expect(entriesIn(env)).toEqual(['bought a little'])
  } finally {
    disk.unmount()
  }
})

const isRoot = process.getuid?.() === 0
if (!isRoot) console.warn('SKIPPED: data of another owner cannot be tried here, for that needs root')

test.skipIf(!isRoot)('data that belongs to another user is said in one line, by every command', async () => {
  const env = await someData()
  for (const folder of [join(env.DATA_DIR, '..'), join(env.DATA_DIR, '../..')]) chmodSync(folder, 0o755)
  chmodSync(env.DATA_DIR, 0o755)
  const to = join(emptyFolder(), 'mine')
  mkdirSync(to)
  const commands = [
    ['keys', 'list'],
    ['serve', '--port', '0', '--otel-prometheus-port', '0'],
    ['backup', 'create'],
    ['export', join(to, 'x.tar')],
  ]
  const ended = commands.map(async (args) => {
    const child = Bun.spawn([process.execPath, join(import.meta.dir, 'as-nobody.ts'), ...args], {
      cwd: join(env.DATA_DIR, '..'),
      env: { PATH: process.env.PATH ?? '', ...env },
      stdout: 'ignore',
      stderr: 'pipe',
    })
    const said = await new Response(child.stderr).text()
    return [args[0], await child.exited, lastLine(said)]
  })
  const line = expect.stringMatching(/^holdfast: .*(permission|owner)/)
  expect(await Promise.all(ended)).toEqual(commands.map(([name]) => [name, 1, line]))
  expect(existsSync(join(to, 'x.tar'))).toBe(false)
})
