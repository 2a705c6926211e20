import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { migrations } from '../../migrations'
import { createMigrator } from '../../src/platform/storage/migrate'
import { openStorage } from '../../src/platform/storage/open'
import { observePooling } from '../../src/platform/storage/postgres/pooling'
import type { Storage } from '../../src/platform/storage/storage'
import { type Bouncer, findPgBouncer, startPgBouncer } from '../kit/pgbouncer'
import { createDatabase, sharedPostgres, type TestDatabase } from '../kit/postgres'
import { addNote, addNotes, bodies, getNote } from './notes'

const installed = findPgBouncer() !== null
if (!installed) console.warn('SKIPPED: no pgbouncer binary, nothing was tested behind a transaction pooler')

/** From 1.24 on it carries prepared statements from one server connection to the next unless told otherwise. */
function keepsPrepared(): boolean {
  const said = Bun.spawnSync([findPgBouncer()!, '--version']).stdout.toString()
  return Bun.semver.satisfies(/\d+\.\d+\.\d+/.exec(said)![0], '>=1.24.0')
}

describe.skipIf(!installed)('behind PgBouncer in transaction mode', () => {
  let bouncer: Bouncer
  let database: TestDatabase
  let storage: Storage
  beforeAll(async () => {
    database = await createDatabase({ migrated: false })
    const { username, password } = new URL(database.url)
    bouncer = await startPgBouncer((await sharedPostgres()).port, { [username]: password })
    const url = bouncer.url(database.url)
    storage = await openStorage({
      DATA_DIR: undefined,
      DATABASE_URL: url,
      DATABASE_POOL_SIZE: 8,
      DATABASE_SSL_CA: undefined,
    })
  })
  afterAll(async () => {
    await storage?.close()
    bouncer?.stop()
    await database?.drop()
  })

  test('the schema is applied and taken back', async () => {
    const migrator = createMigrator(storage, migrations)
    await Promise.all([migrator.up(), createMigrator(storage, migrations).up()])
    expect((await migrator.status()).pending).toEqual([])
    await migrator.down(migrations.length)
    expect((await migrator.status()).current).toBeNull()
    await migrator.up()
    await addNotes(storage)
  })

  test('many owners at once on two server connections: each sees its own rows alone', async () => {
    const owners = Array.from({ length: 12 }, (_, i) => `owner-${i}`)
    await Promise.all(
      owners.flatMap((owner) => [1, 2].map(() => addNote(storage, storage.as(owner), owner, owner))),
    )
    const seen = await Promise.all(owners.map((owner) => bodies(storage, storage.as(owner))))
    expect(seen).toEqual(owners.map((owner) => [owner, owner]))
  })

  test('prepared queries work, though no connection keeps them', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => addNote(storage, storage.as('p'), 'p')))
    const found = await Promise.all([...ids, ...ids].map((id) => getNote(storage, storage.as('p'), id)))
    expect(found.map(([row]) => row?.id)).toEqual([...ids, ...ids])
    expect(await getNote(storage, storage.as('q'), ids[0]!)).toEqual([])
  })

  test('no role and no principal stays behind on a server connection', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, i) => bodies(storage, storage.as(`left-${i}`))))
    const left = await Promise.all(
      Array.from({ length: 8 }, () =>
        storage.admin.rows(
          `select coalesce(current_setting('app.principal', true), '') as principal, current_user::text = session_user::text as same`,
        ),
      ),
    )
    expect(new Set(left.map((rows) => JSON.stringify(rows)))).toEqual(
      new Set(['[{"principal":"","same":true}]']),
    )
  })

  test('rollback and times', async () => {
    const failing = storage.as('r').write(async (tx) => {
      await tx.rows(sql`select pg_sleep(0.02)`)
      await tx.execute(sql`insert into holdfast.notes (id, owner) values ('r', 'r')`)
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    expect(await bodies(storage, storage.as('r'))).toEqual([])
    expect(await storage.ping()).toBeGreaterThan(0)
  })

  test('it is recognised by what it does, and what becomes of prepared statements', async () => {
    const url = bouncer.url(database.url)
    expect(await observePooling(url, undefined)).toMatchObject({ byTransaction: true, prepares: false })
    const unsaid = new URL(url)
    unsaid.searchParams.delete('pgbouncer')
    expect(await observePooling(unsaid.href, undefined)).toMatchObject({
      byTransaction: true,
      prepared: keepsPrepared() ? 'works' : 'fails',
    })
    expect(await observePooling(database.url, undefined)).toMatchObject({ byTransaction: false })
  })
})
