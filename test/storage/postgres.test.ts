import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { eq, sql } from 'drizzle-orm'
import { migrations } from '../../migrations'
import type { AppError } from '../../src/core/errors'
import { createMigrator } from '../../src/platform/storage/migrate'
import { openStorage } from '../../src/platform/storage/open'
import type { Storage } from '../../src/platform/storage/storage'
import { freePort, type PostgresServer, startPostgres } from '../kit/postgres-server'
import { startLine } from './line'
import { addNote, addNotes, bodies, getNote, notes } from './notes'

setDefaultTimeout(60_000)

// A server of its own: it is stopped and killed here.
let server: PostgresServer
let storage: Storage
const t = notes.on('postgres')

const open = (url: string, poolSize = 3) =>
  openStorage({
    DATA_DIR: undefined,
    DATABASE_URL: url,
    DATABASE_POOL_SIZE: poolSize,
    DATABASE_SSL_CA: undefined,
  })

const failure = (work: Promise<unknown>): Promise<AppError> =>
  work.then(
    () => {
      throw new Error('it worked')
    },
    (error) => error,
  )

beforeAll(async () => {
  server = await startPostgres({ hba: ['host all locked 127.0.0.1/32 scram-sha-256'] })
  storage = await open(server.superuserUrl())
  await createMigrator(storage, migrations).up()
  await addNotes(storage)
})
afterAll(async () => {
  await storage.close()
  server.stop()
})

/** Ends every connection of ours but the one that asks. */
const dismissAll = async () => {
  const admin = await open(server.superuserUrl(), 1)
  await admin.admin.transaction((session) =>
    session.rows(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname is not null and pid <> pg_backend_pid()',
    ),
  )
  await admin.close()
}

test('connections that the server has ended while idle are replaced unnoticed', async () => {
  await Promise.all([1, 2, 3].map(() => bodies(storage, storage.system)))
  await dismissAll()
  await Promise.all([1, 2, 3, 4].map(() => addNote(storage, storage.as('idle'), 'idle', 'kept')))
  expect(await bodies(storage, storage.as('idle'))).toEqual(['kept', 'kept', 'kept', 'kept'])
})

test('a write that loses its connection fails, is gone, and nothing of it runs elsewhere', async () => {
  const lost = storage.as('lost').write(async (tx) => {
    await tx.insert(t).values({ id: 'lost-1', owner: 'lost' })
    await dismissAll()
    await Bun.sleep(100)
    await tx.insert(t).values({ id: 'lost-2', owner: 'lost' })
  })
  expect((await failure(lost)).kind).toBe('unavailable')
  const several = storage
    .as('lost')
    .write((tx) =>
      Promise.all([
        tx.rows(sql`select pg_sleep(30)`),
        tx.insert(t).values({ id: 'lost-3', owner: 'lost' }),
        tx.insert(t).values({ id: 'lost-4', owner: 'lost' }),
        Bun.sleep(100).then(dismissAll),
      ]),
    )
  expect((await failure(several)).kind).toBe('unavailable')
  await Bun.sleep(200)
  expect(await bodies(storage, storage.as('lost'))).toEqual([])
})

test('a server that is down is unavailable, and used again when it is back', async () => {
  await server.halt()
  const errors = await Promise.all(Array.from({ length: 30 }, () => failure(bodies(storage, storage.system))))
  const pinged = await failure(storage.ping())
  for (const error of [...errors, pinged])
    expect([error.kind, error.code]).toEqual(['unavailable', 'database_unavailable'])
  await server.start()
  await Promise.all(Array.from({ length: 30 }, () => addNote(storage, storage.as('back'), 'back')))
  expect(await bodies(storage, storage.as('back'))).toHaveLength(30)
  expect(await storage.ping()).toBeGreaterThan(0)
})

test('a server that falls silent is noticed, and what hangs on it is let go', async () => {
  const line = startLine(server.port)
  const behind = await open(`postgres://postgres@127.0.0.1:${line.port}/postgres`)
  await bodies(behind, behind.system)
  await behind.ping()
  line.cut()
  const hanging = failure(addNote(behind, behind.as('hung'), 'hung'))
  expect((await failure(behind.ping())).message).toBe('Postgres does not answer')
  expect((await failure(behind.ping())).kind).toBe('unavailable')
  expect((await hanging).kind).toBe('unavailable')
  line.mend()
  // Requests are refused at once until the server has answered again.
  const back = async (): Promise<unknown> =>
    bodies(behind, behind.as('hung')).catch(() => Bun.sleep(50).then(back))
  expect(await back()).toEqual([])
  await behind.close()
  line.stop()
})

test('a process that had no turn for a while does not take its server for silent', async () => {
  await storage.ping()
  const writing = addNote(storage, storage.as('busy'), 'busy', 'kept')
  for (let time = 0; time < 2; time++) {
    const pinged = storage.ping()
    const until = performance.now() + 2100
    while (performance.now() < until);
    expect(await pinged).toBeGreaterThan(0)
  }
  await writing
  expect(await bodies(storage, storage.as('busy'))).toEqual(['kept'])
})

test('opening says what is wrong', async () => {
  const nobodyHome = await failure(open(`postgres://x@127.0.0.1:${await freePort()}/x`))
  expect([nobodyHome.kind, nobodyHome.message]).toEqual([
    'unavailable',
    expect.stringContaining('not reachable'),
  ])
  const noDatabase = await failure(open(server.superuserUrl('nowhere')))
  expect(noDatabase.message).toContain('no database of that name')
  await storage.admin.transaction((session) => session.run(`create role locked login password 'right'`))
  const wrong = await failure(open(`postgres://locked:wr0ngsecret@127.0.0.1:${server.port}/postgres`))
  expect(wrong.message).toContain('refuses the login')
  expect(Bun.inspect(wrong)).not.toContain('wr0ngsecret')
  const right = await open(`postgres://locked:right@127.0.0.1:${server.port}/postgres`)
  expect(right.location).toBe(`127.0.0.1:${server.port}/postgres`)
  await right.close()
})

test('a database without the schema, or a login without the roles, says what to do', async () => {
  await storage.admin.transaction((session) => session.run('create role stranger login'))
  const stranger = await open(`postgres://stranger@127.0.0.1:${server.port}/postgres`)
  expect((await failure(bodies(stranger, stranger.system))).message).toContain('grant it holdfast_caller')
  await stranger.close()
  const other = await startPostgres()
  const bare = await open(other.superuserUrl())
  expect((await failure(bodies(bare, bare.as('x')))).message).toContain("run 'holdfast migrate up'")
  expect((await failure(addNote(bare, bare.as('x'), 'x'))).message).toContain("run 'holdfast migrate up'")
  await bare.close()
  other.stop()
})

test('a write whose statement failed unnoticed is not reported as done', async () => {
  const id = await addNote(storage, storage.as('quiet'), 'quiet', 'first')
  const quiet = storage.as('quiet').write(async (tx) => {
    await tx.update(t).set({ body: 'changed' }).where(eq(t.id, id))
    await tx
      .insert(t)
      .values({ id, owner: 'quiet' })
      .catch(() => {})
  })
  await expect(quiet).rejects.toThrow('nothing was written')
  expect(await bodies(storage, storage.as('quiet'))).toEqual(['first'])
})

test('two writes that lock each other out are both done in the end', async () => {
  const scope = storage.as('dead')
  const ids = [await addNote(storage, scope, 'dead', '0'), await addNote(storage, scope, 'dead', '0')]
  let met = 0
  const add = (order: string[]) =>
    scope.write(async (tx) => {
      const increment = (id: string) =>
        tx
          .update(t)
          .set({ body: sql`(${t.body}::int + 1)::text` })
          .where(eq(t.id, id))
      await increment(order[0]!)
      met++
      while (met < 2) await Bun.sleep(2)
      await increment(order[1]!)
    })
  await Promise.all([add(ids), add(ids.toReversed())])
  expect(met).toBeGreaterThan(2)
  expect(await bodies(storage, scope)).toEqual(['2', '2'])
})

test('prepared queries stay prepared on the connection, and other owners share them', async () => {
  const one = await open(server.superuserUrl(), 1)
  const id = await addNote(one, one.as('p1'), 'p1')
  for (let i = 0; i < 3; i++) {
    expect(await getNote(one, one.as('p1'), id)).toHaveLength(1)
    expect(await getNote(one, one.as('p2'), id)).toHaveLength(0)
  }
  const kept = await one.system.read((db) =>
    db.rows(
      sql`select sum(generic_plans + custom_plans) as runs from pg_prepared_statements where statement like 'select%"raw"%where%'
        and statement not like '%pg_prepared%'`,
    ),
  )
  expect(kept).toEqual([{ runs: 6 }])
  await one.close()
})

test('more transactions than connections wait for their turn, and leave none behind', async () => {
  const many = Array.from({ length: 40 }, (_, i) => addNote(storage, storage.as(`n${i % 4}`), `n${i % 4}`))
  expect(storage.connections()).toMatchObject({ active: 3 })
  expect(storage.connections().waiting).toBeGreaterThan(30)
  await Promise.all(many)
  await bodies(storage, storage.system)
  for (let i = 0; i < 100 && storage.connections().active! > 0; i++) await Bun.sleep(5)
  expect(storage.connections()).toMatchObject({ active: 0, waiting: 0 })
})

test('closing waits for what runs', async () => {
  const closing = await open(server.superuserUrl(), 2)
  const begun = Promise.withResolvers<void>()
  const writing = closing.as('late').write(async (tx) => {
    begun.resolve()
    await Bun.sleep(100)
    await tx.insert(t).values({ id: 'late', owner: 'late', body: 'kept' })
  })
  await begun.promise
  await closing.close()
  await writing
  expect(await bodies(storage, storage.as('late'))).toEqual(['kept'])
  expect((await failure(bodies(closing, closing.system))).kind).toBe('unavailable')
})

test('a statement of a caller ends when its time is over, and leaves the connection to others', async () => {
  const brief = await openStorage(
    {
      DATA_DIR: undefined,
      DATABASE_URL: server.superuserUrl(),
      DATABASE_POOL_SIZE: 1,
      DATABASE_SSL_CA: undefined,
    },
    { statementSeconds: 1 },
  )
  const late = await failure(brief.as('slow').read((db) => db.rows(sql`select pg_sleep(30)`)))
  expect(late).toMatchObject({ kind: 'timeout', message: 'The database took too long: ask for less at once' })
  await addNote(brief, brief.as('slow'), 'slow', 'after it')
  const [system] = await brief.system.read((db) => db.rows(sql`show statement_timeout`))
  expect(system).toEqual({ statement_timeout: '0' })
  await brief.close()
})

test('a login that may not make roles is told so by the migration', async () => {
  const grants =
    'create role modest login; grant all on schema holdfast to modest; grant all on all tables in schema holdfast to modest'
  await storage.admin.transaction((session) => session.run(grants))
  const modest = await open(server.superuserUrl().replace(/\/\/[^@]*@/, '//modest@'), 1)
  const script = { up: 'create role of_theirs', down: 'select 1' }
  const step = { id: '9999', name: 'roles', postgres: script, sqlite: script }
  const failed = await failure(createMigrator(modest, [...migrations, step]).up())
  expect(failed.message).toStartWith(
    'migration 9999_roles failed and was rolled back: permission denied to create role. ',
  )
  expect(failed.message).toContain('CREATEROLE')
  await modest.close()
})
