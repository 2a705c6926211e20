import { Database } from 'bun:sqlite'
import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startIssuer } from '../kit/issuer'
import { createDatabase, type TestDatabase } from '../kit/postgres'
import { finish, source, start } from '../kit/process'
import { anyPort, doctor } from './doctor-rig'
import { cli, emptyFolder } from './rig'

const databases: TestDatabase[] = []
afterAll(() => Promise.all(databases.map((database) => database.drop())))

test('a new folder is fine, and doctor makes no database in it', async () => {
  const cwd = emptyFolder()
  const { code, checks } = await doctor({ cwd })
  expect(code).toBe(0)
  expect(checks.database?.detail).toContain('the first start makes it')
  expect(existsSync(join(cwd, 'data'))).toBe(false)
})

test('a database in use passes every check', async () => {
  const cwd = emptyFolder()
  await cli('keys create --tier free --user-id a', { cwd })
  const { code, checks, stderr } = await doctor({ cwd })
  expect(code).toBe(0)
  expect(stderr).toBe(`Using SQLite: ${cwd}/data/holdfast.db\n`)
  for (const name of [
    'settings',
    'data folder',
    'schema',
    'sqlite version',
    'full-text search',
    'integrity',
    'clock',
    'port',
    'compiler',
  ]) {
    expect(checks[name]?.status, name).toBe('pass')
  }
})

test('a clock that was set back since the last write is a warning', async () => {
  const cwd = emptyFolder()
  await cli('keys create --tier free --user-id a', { cwd })
  const database = new Database(join(cwd, 'data/holdfast.db'))
  database.run('drop trigger audit_log_no_update')
  database.run('update audit_log set at = at + 3600000')
  database.close()
  const { checks } = await doctor({ cwd })
  expect(checks.clock).toMatchObject({ status: 'warn', detail: expect.stringMatching(/ 3\d{3} s behind /) })
})

test('people see a line a check, with what to do', async () => {
  const { stdout } = await cli('doctor', { env: { ...anyPort, SUPABASE_ANON_KEY: 'eyJx' } })
  expect(stdout).toMatch(/^pass {2}settings +1 set|^pass {2}settings +3 set/m)
  expect(stdout).toMatch(/^warn {2}supabase key .*\n +→ use a publishable/m)
  expect(stdout).not.toContain('eyJx')
})

test('wrong settings are findings, with exit 78', async () => {
  const { code, checks } = await doctor({ env: { LOG_LEVEL: 'LOUD' } })
  expect(code).toBe(78)
  expect(checks.settings).toMatchObject({
    status: 'fail',
    detail: 'LOG_LEVEL (environment): must be one of DEBUG, INFO, WARNING, ERROR',
  })
})

test('a data folder that cannot be made fails', async () => {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'file'), '')
  const { code, checks } = await doctor({ cwd, env: { DATA_DIR: 'file/data' } })
  expect(code).toBe(1)
  expect(checks['data folder']?.status).toBe('fail')
})

test('an old schema on SQLite is a warning, a broken file a failure', async () => {
  const cwd = emptyFolder()
  await cli('migrate up', { cwd })
  await cli('migrate down 1', { cwd })
  expect((await doctor({ cwd })).checks.schema?.status).toBe('warn')
  truncateSync(join(cwd, 'data/holdfast.db'), 5000)
  expect((await doctor({ cwd })).code).toBe(1)
})

test('a file that is no database fails', async () => {
  const cwd = emptyFolder()
  mkdirSync(join(cwd, 'data'))
  writeFileSync(join(cwd, 'data/holdfast.db'), 'hello '.repeat(1000))
  const { code, checks } = await doctor({ cwd })
  expect(code).toBe(1)
  expect(checks.database?.status).toBe('fail')
})

test('a port in use by another program fails, by a Holdfast passes', async () => {
  using other = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: () => new Response(null, { status: 404 }),
  })
  using ours = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => Response.json({ status: 'ok' }) })
  const { code, checks } = await doctor({
    env: { PORT: String(other.port), OTEL_PROMETHEUS_PORT: String(ours.port) },
  })
  expect(code).toBe(1)
  expect(checks.port).toMatchObject({ status: 'fail', next: expect.stringContaining('set PORT') })
  expect(checks['prometheus port']?.detail).toContain('a running Holdfast')
})

test('Redis is asked where it is set', async () => {
  const port = await freePort()
  const redis = Bun.spawn(['redis-server', '--port', String(port), '--save', '', '--bind', '127.0.0.1'], {
    stdout: 'ignore',
    stderr: 'ignore',
  })
  const env = { REDIS_URL: `redis://127.0.0.1:${port}` }
  try {
    await answering(port)
    expect((await doctor({ env })).checks.redis).toMatchObject({ status: 'pass' })
  } finally {
    redis.kill()
    await redis.exited
  }
  const { code, checks } = await doctor({ env })
  expect(code).toBe(1)
  expect(checks.redis?.status).toBe('fail')
})

async function freePort(): Promise<number> {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  listener.stop(true)
  return listener.port
}

async function answering(port: number): Promise<void> {
  for (;;) {
    try {
      ;(await Bun.connect({ hostname: '127.0.0.1', port, socket: { data() {} } })).end()
      return
    } catch {
      await Bun.sleep(20)
    }
  }
}

test('the published keys of Supabase are fetched where it is set', async () => {
  let keys: unknown[] = [{ kty: 'EC' }]
  using supabase = Bun.serve({
    port: 0,
    fetch: ({ url }) =>
      new URL(url).pathname === '/auth/v1/.well-known/jwks.json'
        ? Response.json({ keys })
        : new Response(null, { status: 404 }),
  })
  const env = { SUPABASE_URL: `http://127.0.0.1:${supabase.port}` }
  expect((await doctor({ env })).checks.supabase?.status).toBe('pass')
  keys = []
  expect((await doctor({ env })).checks.supabase?.status).toBe('warn')
  expect((await doctor({ env: { ...env, SUPABASE_JWT_SECRET: 'x' } })).checks.supabase?.status).toBe('pass')
  expect((await doctor({ env: { SUPABASE_URL: `${env.SUPABASE_URL}/else/` } })).checks.supabase?.status).toBe(
    'fail',
  )
})

test('an issuer is asked for its keys, by its metadata or where it is told', async () => {
  const issuer = await startIssuer()
  const silent = await startIssuer({ metadata: 'none' })
  try {
    const look = async (env: Record<string, string>) =>
      (await doctor({ env: { PUBLIC_URL: 'https://mcp.example.com', ...env } })).checks.issuer
    const found = await look({ OAUTH_ISSUER: issuer.url })
    expect(found).toMatchObject({
      status: 'pass',
      detail: `${issuer.url} publishes 1 signing keys that count`,
    })
    expect(await look({ OAUTH_ISSUER: silent.url })).toMatchObject({
      status: 'fail',
      detail: `${silent.url}: the issuer publishes no metadata with a jwks_uri`,
    })
    expect(await look({ OAUTH_ISSUER: silent.url, OAUTH_JWKS_URL: silent.keysUrl })).toMatchObject({
      status: 'pass',
    })
    const other = await look({ OAUTH_ISSUER: issuer.url, OAUTH_ALGORITHMS: 'RS256' })
    expect(other).toMatchObject({ status: 'fail', next: 'add it to OAUTH_ALGORITHMS' })
    issuer.publish()
    expect(await look({ OAUTH_ISSUER: issuer.url })).toMatchObject({ status: 'fail' })
    issuer.fall()
    expect(await look({ OAUTH_ISSUER: issuer.url })).toMatchObject({ status: 'fail' })
    expect(await look({})).toBeUndefined()
  } finally {
    await issuer.stop()
    await silent.stop()
  }
})

test('Postgres passes: version, roles, row-level security, clock', async () => {
  const database = await createDatabase()
  databases.push(database)
  const { code, checks, stderr } = await doctor({ env: { DATABASE_URL: database.url } })
  expect(checks.database?.status).not.toBe('fail')
  for (const name of ['schema', 'postgres version', 'roles', 'row-level security', 'clock']) {
    expect(checks[name]?.status, `${name}: ${checks[name]?.detail}`).toBe('pass')
  }
  expect(code).toBe(0)
  expect(stderr).toContain(`/${database.name}\n`)
  expect(stderr).not.toContain('secret')
})

test('a table without row-level security fails by name', async () => {
  const database = await createDatabase()
  databases.push(database)
  const sql = new Bun.SQL(database.superuserUrl)
  await sql.unsafe('alter table holdfast.journal_entries no force row level security')
  await sql.close()
  const { code, checks } = await doctor({ env: { DATABASE_URL: database.url } })
  expect(code).toBe(1)
  expect(checks['row-level security']).toMatchObject({
    status: 'fail',
    detail: 'not in force on journal_entries',
  })
})

test('an old schema on Postgres: doctor fails, serve refuses, serve --migrate goes on', async () => {
  const database = await createDatabase({ migrated: false })
  databases.push(database)
  const env = { DATABASE_URL: database.url, ...anyPort }
  const cwd = emptyFolder()
  await finish(['migrate', 'up', '--to', '0003'], { cwd, env })
  expect((await doctor({ env })).checks.schema).toMatchObject({
    status: 'fail',
    next: 'run: holdfast migrate up',
  })
  const { code, stderr } = await finish(['serve'], { cwd, env })
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^holdfast: schema is at 0003, this binary needs \d{4}: run 'holdfast migrate up' \(or serve --migrate\)$/m,
  )
  const server = start(['serve', '--migrate'], { cwd, env, command: source })
  await server.seen(/^Prometheus listens/m)
  expect(await server.end('SIGTERM')).toBe(0)
  expect(server.stderr()).not.toContain('kota_')
  expect((await cli('migrate status', { env })).code).toBe(0)
})

test('a Postgres that is not there is one finding that keeps the password', async () => {
  const { code, checks } = await doctor({ env: { DATABASE_URL: 'postgres://u:hidden@127.0.0.1:1/x' } })
  expect(code).toBe(1)
  expect(checks.database?.status).toBe('fail')
  expect(JSON.stringify(checks)).not.toContain('hidden')
})
