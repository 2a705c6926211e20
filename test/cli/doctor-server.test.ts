import { afterAll, beforeAll, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chownSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { judgeMount, mountOf } from '../../src/cli/doctor/mount'
import { judgePooling, judgeProtection } from '../../src/cli/doctor/postgres-link'
import { startServer, type TestServer } from '../kit/server'
import { doctor } from './doctor-rig'
import { cli, emptyFolder } from './rig'

let server: TestServer
let env: Record<string, string>
const folder = emptyFolder()
beforeAll(async () => {
  server = await startServer({ folder })
  const { port } = new URL(server.url)
  env = { DATA_DIR: folder, PORT: port, OTEL_PROMETHEUS_PORT: new URL(server.prometheus).port }
}, 30_000)
afterAll(async () => {
  await server?.stop()
})

test('a running server is called over MCP in both eras with the key that is given', async () => {
  const { checks } = await doctor({ env: { ...env, HOLDFAST_KEY: server.key } })
  expect(checks['mcp 2025-11-25']).toMatchObject({
    status: 'pass',
    detail: expect.stringMatching(/^\d\d tools/),
  })
  expect(checks['mcp 2026-07-28']).toMatchObject({ status: 'pass' })
  const unasked = await doctor({ env })
  expect(unasked.code).toBe(0)
  expect(unasked.checks.mcp?.next).toContain('HOLDFAST_KEY=…')
  const refused = await doctor({ env: { ...env, HOLDFAST_KEY: 'kota_free_nonsense' } })
  expect(refused.code).toBe(1)
  expect(refused.checks['mcp 2026-07-28']?.detail).toContain('(401)')
})

test('the public URL is asked from outside: this server, another, a redirect, a certificate, nobody', async () => {
  const look = async (PUBLIC_URL: string) =>
    (await doctor({ env: { ...env, PUBLIC_URL } })).checks['public url']
  expect(await look(`${server.url}/`)).toMatchObject({
    status: 'pass',
    detail: expect.stringContaining('answers in'),
  })
  using other = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('welcome') })
  expect(await look(other.url.href)).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('something else'),
  })
  using moved = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => Response.redirect(server.url, 308) })
  expect(await look(moved.url.href)).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('elsewhere (308)'),
  })
  const newer = { version: '99.0.0', uptime_seconds: 1 }
  using deployed = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => Response.json(newer) })
  expect(await look(deployed.url.href)).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('version 99.0.0'),
  })
  using secure = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    tls: ownCertificate(),
    fetch: () => Response.json(newer),
  })
  expect(await look(`https://localhost:${secure.port}`)).toMatchObject({
    status: 'fail',
    next: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  })
  const gone = await look('http://127.0.0.1:1')
  expect(gone).toMatchObject({ status: 'fail', next: expect.stringContaining('firewall') })
  const before = await doctor({ env: { DATA_DIR: emptyFolder(), PUBLIC_URL: 'http://127.0.0.1:1' } })
  expect(before.checks['public url']).toMatchObject({
    status: 'warn',
    next: expect.stringContaining('start the server'),
  })
})

function ownCertificate() {
  const cwd = emptyFolder()
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -keyout key -out cert'
  const made = spawnSync('openssl', words.split(' '), { cwd, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(made.stderr)
  return { key: readFileSync(join(cwd, 'key'), 'utf8'), cert: readFileSync(join(cwd, 'cert'), 'utf8') }
}

test('a proxy whose headers do not count is seen, guessed from PUBLIC_URL before that', async () => {
  const look = async (more: Record<string, string> = {}) =>
    (await doctor({ env: { ...env, ...more } })).checks.proxy
  expect(await look()).toBeUndefined()
  expect(await look({ PUBLIC_URL: 'https://mcp.example.invalid' })).toMatchObject({
    status: 'warn',
    next: expect.stringContaining('127.0.0.1/32'),
  })
  expect(await look({ TRUSTED_PROXIES: '127.0.0.1/32' })).toMatchObject({ status: 'pass' })
  await fetch(`${server.url}/livez`, { headers: { 'x-forwarded-for': '203.0.113.7' } })
  expect(await look()).toMatchObject({
    status: 'warn',
    next: expect.stringContaining('TRUSTED_PROXIES=127.0.0.1,'),
  })
  await fetch(`${server.url}/livez`, { headers: { 'x-forwarded-for': '203.0.113.8' } })
  while (!server.stderr().includes('not in TRUSTED_PROXIES')) await Bun.sleep(10)
  expect(server.stderr().match(/not in TRUSTED_PROXIES/g)).toHaveLength(1)
})

/** Everything that can be seen of the files below a folder. */
function picture(root: string): Record<string, unknown> {
  const below = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()
  return Object.fromEntries(
    ['.', ...below].map((name) => {
      const path = join(root, name)
      // The index of a log is put together anew by whoever opens it first.
      if (name.endsWith('-shm')) return [name, 'an index']
      const { mode, uid, size, mtimeMs, ino } = lstatSync(path)
      const content = lstatSync(path).isFile()
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : ''
      return [name, { mode, uid, size, mtimeMs, ino, content }]
    }),
  )
}

test('nothing is changed: no folder made, no log of SQLite’s left beside a database at rest', async () => {
  const cwd = emptyFolder()
  await doctor({ cwd })
  expect(readdirSync(cwd)).toEqual([])
  await cli('keys create --tier free --user-id a', { cwd })
  for (const state of ['as it was left', 'without its log']) {
    if (state === 'without its log')
      for (const end of ['wal', 'shm']) rmSync(join(cwd, `data/holdfast.db-${end}`), { force: true })
    const before = picture(cwd)
    const { code, checks } = await doctor({ cwd })
    expect(code, state).toBe(0)
    expect(checks.integrity?.status).toBe('pass')
    expect(picture(cwd), state).toEqual(before)
  }
})

test.skipIf(process.getuid?.() !== 0)(
  'files of another user than their folder’s fail, with the command',
  async () => {
    const cwd = emptyFolder()
    await cli('keys create --tier free --user-id a', { cwd })
    chownSync(join(cwd, 'data'), 65532, 65532)
    const { code, checks } = await doctor({ cwd })
    expect(code).toBe(1)
    expect(checks.owner).toMatchObject({ status: 'fail', next: `run: chown -R 65532:65532 ${cwd}/data` })
  },
)

test('what is behind the data folder is read from the mounts', () => {
  const line = (at: string, type: string) => `27 1 254:0 / ${at} rw,relatime shared:1 - ${type} source rw`
  const mounts = ['overlay /', 'ext4 /data', 'tmpfs /tmp', 'nfs4 /srv/a\\040b']
    .map((pair) => line(pair.split(' ')[1]!, pair.split(' ')[0]!))
    .join('\n')
  expect(mountOf('/data/deep/er', mounts)).toEqual({ at: '/data', type: 'ext4' })
  expect(mountOf('/database', mounts)).toEqual({ at: '/', type: 'overlay' })
  expect(mountOf('/srv/a b/c', mounts)).toEqual({ at: '/srv/a b', type: 'nfs4' })
  const judge = (path: string, onFly = false) => judgeMount(mountOf(path, mounts)!, 'everything', onFly)
  expect(judge('/data')).toMatchObject({ status: 'pass' })
  expect(judge('/tmp/x')).toMatchObject({ status: 'warn', detail: expect.stringContaining('in memory') })
  expect(judge('/home')).toMatchObject({ status: 'warn', detail: expect.stringContaining('next deploy') })
  expect(judge('/srv/a b')).toMatchObject({
    status: 'warn',
    detail: expect.stringContaining('network file system'),
  })
  expect(judgeMount({ at: '/', type: 'ext4' }, 'everything', true)).toMatchObject({
    next: expect.stringContaining('[[mounts]]'),
  })
  expect(judgeMount({ at: '/data', type: 'ext4' }, 'everything', true).status).toBe('pass')
})

test('TLS to Postgres and poolers are put into words with what to do', () => {
  const seen = {
    host: 'db.example.com',
    mode: 'require',
    offered: true,
    verified: 'nothing',
    local: false,
  } as const
  expect(judgeProtection(seen).next).toBe(
    'put sslmode=verify-full into DATABASE_URL: the certificate of db.example.com stands the check',
  )
  expect(judgeProtection({ ...seen, fault: 'SELF_SIGNED_CERT_IN_CHAIN' }).next).toContain(
    'set DATABASE_SSL_CA',
  )
  expect(judgeProtection({ ...seen, offered: false }).status).toBe('warn')
  expect(judgeProtection({ ...seen, local: true }).status).toBe('pass')
  expect(judgeProtection({ ...seen, mode: 'verify-full', verified: 'chain and name' }).status).toBe('pass')
  expect(judgeProtection({ ...seen, mode: 'verify-ca', verified: 'chain' }).next).toContain('verify-full')
  const pooled = { host: 'pool.example.com', byTransaction: true, prepares: true } as const
  expect(judgePooling({ ...pooled, prepared: 'fails' })).toMatchObject({
    status: 'fail',
    next: 'add pgbouncer=true to DATABASE_URL',
  })
  expect(judgePooling({ ...pooled, prepared: 'works' }).status).toBe('pass')
  expect(judgePooling({ ...pooled, prepares: false }).status).toBe('pass')
})

test('certificates that are waved through everywhere fail', async () => {
  const { code, checks } = await doctor({ env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })
  expect(code).toBe(1)
  expect(checks['outgoing tls']?.status).toBe('fail')
})

const planted = {
  METRICS_ADMIN_API_KEY: 'planted-admin-key-0123456789abcdef',
  SUPABASE_SERVICE_KEY: 'planted-service-key',
  SUPABASE_JWT_SECRET: 'planted jwt secret / with + signs',
  OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=planted%20header',
  OTEL_OTLP_ENDPOINT: 'http://someone:planted-userinfo@127.0.0.1:1/v1?token=planted-query',
  BACKUP_AGE_IDENTITY: 'AGE-SECRET-KEY-1PLANTEDPLANTED',
  BACKUP_S3_SECRET_ACCESS_KEY: 'planted-s3-secret',
  REDIS_URL: 'redis://:planted-redis@127.0.0.1:1',
  METRICS_API_KEY_AUTH_SERVER: 'planted-family-member-0123456789abcdef',
  MCP_SERVER_NAME: 'planted.person@example.com',
}

test('the support archive tells what helps and nothing that was planted', async () => {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, '.env'), 'planted garbage\n')
  const body = { title: 'planted title', content: 'planted content of planted.person@example.com' }
  await fetch(`${server.url}/api/planted-path`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      authorization: `Bearer ${server.key}`,
      'content-type': 'application/json',
      'user-agent': 'planted-agent',
    },
  })
  const { stdout, code } = await cli('doctor --bundle --json', {
    cwd,
    env: { ...env, ...planted, HOLDFAST_KEY: server.key },
  })
  expect(code).toBe(1)
  const { bundle } = JSON.parse(stdout) as { bundle: string }
  const path = join(cwd, bundle)
  expect(lstatSync(path).mode & 0o777).toBe(0o600)
  const files = await filesOf(path)
  expect(Object.keys(files).sort()).toEqual(
    [
      'README.txt',
      'data-folder.json',
      'doctor.json',
      'machine.json',
      'series.txt',
      'settings.json',
      'status.json',
    ].sort(),
  )
  const whole = Object.values(files).join('\n')
  expect(whole).not.toMatch(/planted|PLANTED/)
  expect(whole).not.toContain(server.key)
  expect(whole).not.toContain(server.key.split('_').at(-1)!)
  const settings = JSON.parse(files['settings.json']!) as { name: string; value: string }[]
  expect(settings.find(({ name }) => name === 'METRICS_ADMIN_API_KEY')?.value).toBe('********')
  expect(settings.find(({ name }) => name === 'PORT')?.value).toBe(env.PORT!)
  expect(files['data-folder.json']).toContain('"holdfast.db"')
  expect(files['status.json']).toContain('"database": "healthy"')
  expect(files['series.txt']).toContain('process_resident_memory_bytes')
})

async function filesOf(path: string): Promise<Record<string, string>> {
  const files = await new Bun.Archive(await Bun.file(path).bytes()).files()
  return Object.fromEntries(
    await Promise.all([...files].map(async ([name, file]) => [name, await file.text()] as const)),
  )
}

test('the archive is written for wrong settings too', async () => {
  const cwd = emptyFolder()
  const { code, stdout } = await cli('doctor --bundle', { cwd, env: { LOG_LEVEL: 'PLANTED' } })
  expect(code).toBe(78)
  const name = /^Written: (\S+);/m.exec(stdout)?.[1]
  const files = await filesOf(join(cwd, name!))
  expect(Object.keys(files).sort()).toEqual(['README.txt', 'doctor.json', 'machine.json'])
  expect(Object.values(files).join('')).not.toContain('PLANTED')
})
