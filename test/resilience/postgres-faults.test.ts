import { afterAll, beforeAll, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import postgres, { type Sql } from 'postgres'
import { startApp, type TestApp } from '../kit/app'
import { freePort, type PostgresServer, startPostgres } from '../kit/postgres-server'
import { type FaultProxy, startFaultProxy } from './kit/fault-proxy'
import { type Attempt, acknowledged, writeAlong, writeOne } from './kit/load'

/** As docs/operations.md says: no request waits longer for a database that has gone. */
const longestWait = 15_000
const poolSize = 6

let server: PostgresServer
let proxy: FaultProxy
let app: TestApp
let port: number
let direct: Sql
beforeAll(async () => {
  server = await startPostgres({ settings: ['synchronous_commit = on', 'fsync = on'] })
  port = server.port
  proxy = await startFaultProxy(port)
  const url = `postgres://postgres@127.0.0.1:${proxy.port}/postgres?sslmode=disable`
  app = await startApp({
    env: { DATABASE_URL: url, DATABASE_POOL_SIZE: String(poolSize), REQUEST_TIMEOUT_SECONDS: '20' },
    jobs: false,
  })
  direct = connectDirectly()
}, 60_000)
afterAll(async () => {
  proxy?.slow(0)
  await proxy?.weather('fair')
  await app?.close()
  await proxy?.close()
  await direct?.end({ timeout: 0 })
  server?.stop()
}, 60_000)

const connectDirectly = () =>
  postgres(`postgres://postgres@127.0.0.1:${port}/postgres`, { max: 1, onnotice: () => {} })

/** Runs `fault` under load, then waits until writes go again; every attempt of the whole time. */
async function under(fault: () => Promise<void>): Promise<Attempt[]> {
  const load = writeAlong(app, 8)
  await until(() => acknowledged(load.attempts).length > 20)
  await fault()
  const seen = load.attempts.length
  await until(() => acknowledged(load.attempts.slice(seen)).length > 20)
  const attempts = await load.stop()
  await expectSound(attempts)
  return attempts
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const give = Date.now() + 25_000; Date.now() < give; await Bun.sleep(20)) if (await condition()) return
  throw new Error('it did not come back by itself')
}

/** Answers are successes or 503 in time, what was acknowledged is stored once, and no connection is left over. */
async function expectSound(attempts: Attempt[]): Promise<void> {
  const others = attempts.filter(({ status }) => status !== 201 && status !== 503)
  expect(others).toEqual([])
  expect(attempts.filter(({ milliseconds }) => milliseconds > longestWait)).toEqual([])
  const ids = acknowledged(attempts)
  const stored = await direct`select id from holdfast.storage_records where id = any(${ids})`
  expect(stored.length).toBe(ids.length)
  await expectNoLeak()
}

/** The pool, the probe and nothing else, on the server as in our own books. */
async function expectNoLeak(): Promise<void> {
  await until(() => app.storage.connections().active === 0)
  await until(async () => {
    const [row] = await direct<{ n: number }[]>`
      select count(*)::int as n from pg_stat_activity where application_name = 'holdfast'`
    // Those of the pool, and one that only asks whether the server is there.
    return row!.n <= poolSize + 1
  })
  const [stuck] = await direct<{ n: number }[]>`
    select count(*)::int as n from pg_stat_activity where state like 'idle in transaction%'`
  expect(stuck!.n).toBe(0)
}

const refusedIn = (attempts: Attempt[]) => attempts.filter(({ status }) => status === 503).length

test('connections that are cut in the middle of queries are replaced', async () => {
  await under(async () => {
    for (let time = 0; time < 5; time++) {
      proxy.cut()
      await Bun.sleep(100)
    }
  })
}, 90_000)

test('a server that refuses connections is answered with 503 at once', async () => {
  let during: Attempt | undefined
  const attempts = await under(async () => {
    await proxy.weather('refusing')
    await Bun.sleep(300)
    during = await writeOne(app, 'while it refuses')
    await proxy.weather('fair')
  })
  expect(during!.status).toBe(503)
  expect(refusedIn(attempts)).toBeGreaterThan(0)
}, 90_000)

test('a network that swallows everything: 503 within the time, then at once, then back', async () => {
  let late: Attempt | undefined
  const attempts = await under(async () => {
    await proxy.weather('frozen')
    await Bun.sleep(longestWait - 3000)
    late = await writeOne(app, 'when it is known')
    await proxy.weather('fair')
  })
  expect(late!.status).toBe(503)
  // Refused without a wait of its own: half of the longest one is generous.
  expect(late!.milliseconds).toBeLessThan(longestWait / 2)
  expect(refusedIn(attempts)).toBeGreaterThan(8)
}, 90_000)

test('a slow network makes answers slow, not wrong', async () => {
  const attempts = await under(async () => {
    proxy.slow(150)
    await Bun.sleep(2000)
    proxy.slow(0)
  })
  expect(refusedIn(attempts)).toBe(0)
}, 90_000)

test('a server that is killed and started again loses nothing that was acknowledged', async () => {
  await direct.end({ timeout: 0 })
  await under(async () => {
    await server.restart()
    direct = connectDirectly()
  })
}, 90_000)

test('a failover to another port needs no restart', async () => {
  await direct.end({ timeout: 0 })
  await under(async () => {
    await server.halt()
    port = await freePort()
    await server.start(port)
    proxy.retarget(port)
    direct = connectDirectly()
  })
}, 90_000)

test('a query that the network swallows is given up, and its connection with it', async () => {
  const reading = app.storage.as('tester').read((db) => db.rows(sql`select pg_sleep(1)`))
  await Bun.sleep(200)
  await proxy.weather('frozen')
  await expect(reading).rejects.toMatchObject({ kind: 'unavailable' })
  await proxy.weather('fair')
  await until(async () => (await writeOne(app, 'afterwards')).status === 201)
  await expectNoLeak()
}, 90_000)
