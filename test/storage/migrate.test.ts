import { Database } from 'bun:sqlite'
import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { migrations } from '../../migrations'
import { createMigrator, type Step } from '../../src/platform/storage/migrate'
import { openStorage } from '../../src/platform/storage/open'
import type { Storage } from '../../src/platform/storage/storage'
import { createOwner } from '../kit/postgres'
import { openPostgresStorage, openSqliteStorage, type TestStorage } from '../kit/storage'
import { describeSchema } from './schema'

setDefaultTimeout(60_000)

const step = (id: string, up: string, down: string): Step => ({
  id,
  name: `step${id}`,
  postgres: { up: up.replaceAll('TABLE', 'holdfast.'), down: down.replaceAll('TABLE', 'holdfast.') },
  sqlite: { up: up.replaceAll('TABLE', ''), down: down.replaceAll('TABLE', '') },
})
const first = step(
  '0001',
  'create table TABLEone (id text); create table TABLEtwo (id text)',
  'drop table TABLEone; drop table TABLEtwo',
)
const second = step('0002', 'create table TABLEthree (id text)', 'drop table TABLEthree')
const broken = step(
  '0003',
  'create table TABLEfour (id text); insert into TABLEnowhere values (1)',
  'select 1',
)

describe.each(['sqlite', 'postgres'] as const)('migrations on %s', (dialect) => {
  const opened: TestStorage[] = []
  const empty = async () => {
    const fresh = await (dialect === 'sqlite' ? openSqliteStorage : openPostgresStorage)({ migrated: false })
    opened.push(fresh)
    return fresh
  }
  afterAll(async () => {
    for (const each of opened) await each.close()
  })

  test('every step goes up, down and up again to the same schema', async () => {
    const { storage } = await empty()
    const migrator = createMigrator(storage, migrations)
    const before = await describeSchema(storage)
    expect((await migrator.up()).map(({ id }) => id)).toEqual(migrations.map(({ id }) => id))
    const schema = await describeSchema(storage)
    expect(schema.length).toBeGreaterThan(10)
    expect((await migrator.down(migrations.length)).map(({ id }) => id)).toEqual(
      migrations.map(({ id }) => id).reverse(),
    )
    // The migrator's own table stays.
    expect((await describeSchema(storage)).filter((line) => !line.includes('schema_migrations'))).toEqual(
      before,
    )
    await migrator.up()
    expect(await describeSchema(storage)).toEqual(schema)
  })

  test('each single step is taken back completely', async () => {
    const { storage } = await empty()
    const migrator = createMigrator(storage, migrations)
    for (const { id } of migrations) {
      const before = await describeSchema(storage)
      await migrator.up(id)
      if (id === migrations[0]!.id) continue
      await migrator.down(1)
      expect(await describeSchema(storage)).toEqual(before)
      await migrator.up(id)
    }
  })

  test('status and list say where the database stands', async () => {
    const { storage } = await empty()
    const migrator = createMigrator(storage, [first, second])
    expect(await migrator.status()).toEqual({
      current: null,
      needed: '0002',
      pending: [first, second],
      newer: false,
      changed: [],
    })
    expect(await migrator.up('0001')).toEqual([first])
    expect(await migrator.status()).toMatchObject({ current: '0001', pending: [second] })
    const [one, two] = await migrator.list()
    expect(Date.now() - Date.parse(one!.applied_at!)).toBeLessThan(60_000)
    expect(two).toEqual({ id: '0002', name: 'step0002', applied_at: null, changed: false })
    expect(await migrator.up()).toEqual([second])
    expect(await migrator.up()).toEqual([])
  })

  test('a failing step leaves nothing, and those before it stay', async () => {
    const { storage } = await empty()
    const migrator = createMigrator(storage, [first, second, broken])
    await expect(migrator.up()).rejects.toThrow('migration 0003_step0003 failed and was rolled back')
    expect((await migrator.status()).current).toBe('0002')
    expect((await describeSchema(storage)).join()).not.toContain('four')
  })

  test('two processes that migrate at once apply each step once', async () => {
    const fresh = await empty()
    const others = await Promise.all([fresh.again(), fresh.again(), fresh.again()])
    const done = await Promise.all(others.map((storage) => createMigrator(storage, [first, second]).up()))
    expect(
      done
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['0001', '0002'])
    expect((await createMigrator(fresh.storage, [first, second]).status()).pending).toEqual([])
    for (const storage of others) await storage.close()
  })

  test('a step that was changed after it had been applied is reported', async () => {
    const { storage } = await empty()
    await createMigrator(storage, [first]).up()
    const changed = step('0001', 'create table TABLEother (id text)', 'drop table TABLEother')
    const migrator = createMigrator(storage, [changed, second])
    expect((await migrator.status()).changed).toEqual(['0001'])
    expect((await migrator.list())[0]!.changed).toBe(true)
    await expect(migrator.up()).rejects.toThrow('migration 0001 was changed after it had been applied')
  })

  test('a schema newer than the binary is recognised and left alone', async () => {
    const { storage } = await empty()
    await createMigrator(storage, [first, second]).up()
    const older = createMigrator(storage, [first])
    expect(await older.status()).toMatchObject({ current: '0002', needed: '0001', newer: true })
    await expect(older.up()).rejects.toThrow('schema is at 0002, this binary knows 0001')
    await expect(older.down(1)).rejects.toThrow('schema is at 0002, this binary knows 0001')
  })

  test.each([0, -1, 1.5, 2])('down %p is refused when one step is applied', async (steps) => {
    const { storage } = await empty()
    const migrator = createMigrator(storage, [first])
    await migrator.up()
    await expect(migrator.down(steps)).rejects.toThrow()
    expect((await migrator.status()).current).toBe('0001')
  })

  test('an unknown target is refused', async () => {
    const { storage } = await empty()
    await expect(createMigrator(storage, [first]).up('0009')).rejects.toThrow('there is no migration 0009')
  })
})

test('a copy of a SQLite database that is not empty is set aside before a step', async () => {
  const { storage, close } = await openSqliteStorage({ migrated: false })
  const folder = join(storage.location, '..', 'backups')
  await createMigrator(storage, [first]).up()
  expect(() => readdirSync(folder)).toThrow()
  await storage.admin.transaction((session) => session.run("insert into one values ('kept')"))
  await createMigrator(storage, [first, second]).up()
  const copies = readdirSync(folder)
  expect(copies).toHaveLength(1)
  expect(copies[0]).toMatch(/^holdfast-0001-\d{8}T\d{9}Z\.db$/)
  using copy = new Database(join(folder, copies[0]!), { readonly: true })
  expect(copy.query('select id from one').all()).toEqual([{ id: 'kept' }])
  expect(copy.query("select name from sqlite_master where name = 'three'").all()).toEqual([])
  await close()
})

test('a database owner with CREATEROLE that is no superuser migrates, serves and migrates back', async () => {
  const { url, login, drop } = await createOwner()
  const config = { DATA_DIR: undefined, DATABASE_URL: url, DATABASE_POOL_SIZE: 2, DATABASE_SSL_CA: undefined }
  const storage: Storage = await openStorage(config)
  const [role] = await storage.admin.rows('select rolsuper, rolcreaterole from pg_roles where rolname = $1', [
    login,
  ])
  expect(role).toEqual({ rolsuper: false, rolcreaterole: true })
  const migrator = createMigrator(storage, migrations)
  expect(await migrator.up()).toHaveLength(migrations.length)
  expect(await storage.as('somebody').read((db) => db.rows(whoAmI))).toEqual([{ name: 'holdfast_caller' }])
  expect(await storage.system.read((db) => db.rows(whoAmI))).toEqual([{ name: 'holdfast_system' }])
  expect(await migrator.down(migrations.length)).toHaveLength(migrations.length)
  await storage.close()
  await drop()
})

const whoAmI = sql`select current_user::text as name`
