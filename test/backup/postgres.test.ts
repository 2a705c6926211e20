import { expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { split, withAuthority } from '../../src/platform/backup/dump'
import { emptyFolder } from '../kit/folder'
import { createDatabase } from '../kit/postgres'
import { freePort } from '../kit/postgres-server'
import { startServer } from '../kit/server'

/** The client programs must be of the server's version; Debian's are older than the server of the other tests. */
const programs = '/usr/lib/postgresql'
const newest = existsSync(programs)
  ? readdirSync(programs).sort((a, b) => Number(b) - Number(a))[0]
  : undefined
const bin = newest && join(programs, newest, 'bin')

test('without client programs of the server’s version, the way out is said in one line', async () => {
  const { url } = await createDatabase()
  const folder = emptyFolder()
  const server = await startServer({ folder, env: { DATABASE_URL: url, PATH: '/nowhere' } })
  const made = await server.cli('backup', 'create')
  expect(made.code).toBe(1)
  expect(made.stderr).toContain('pg_dump is not installed: install the client programs of Postgres')
  await server.stop()
}, 60_000)

const complete = bin && existsSync(join(bin, 'initdb'))
if (!complete) console.warn("SKIPPED: Debian's postgresql is not installed; no dump of Postgres was made")

test.skipIf(!complete)(
  'Postgres is dumped and restored, with its roles, policies and rows',
  async () => {
    const server = await startDebianServer(bin!)
    try {
      const env = { DATABASE_URL: server.url, PATH: `${bin}:${process.env.PATH}` }
      const folder = emptyFolder()
      const first = await startServer({ folder, env })
      const store = (entry: string) =>
        fetch(`${first.url}/api/v1/journal/entries`, {
          method: 'POST',
          headers: { authorization: `Bearer ${first.key}`, 'content-type': 'application/json' },
          body: JSON.stringify({ entry }),
        })
      expect((await store('kept in the dump')).status).toBe(201)
      const made = await first.cli('backup', 'create', '--json')
      expect(made.code).toBe(0)
      expect((await store('written later')).status).toBe(201)
      await first.stop()
      const { name } = JSON.parse(made.stdout)
      expect(await first.cli('backup', 'verify', name)).toMatchObject({ code: 0 })
      expect(await first.cli('backup', 'restore', name, '--yes')).toMatchObject({ code: 0 })
      const again = await startServer({ folder, env })
      const answer = await fetch(`${again.url}/api/v1/journal/entries`, {
        headers: { authorization: `Bearer ${first.key}` },
      })
      const { entries } = (await answer.json()) as { entries: { entry: string }[] }
      expect(entries.map(({ entry }) => entry)).toEqual(['kept in the dump'])
      await again.stop()
    } finally {
      server.stop()
    }
  },
  120_000,
)

test('pg_dump is given what it knows, and no password among its arguments', () => {
  const url =
    'postgres://me:p%40ss@db:5432/x?sslmode=require&pgbouncer=true&connection_limit=5&options=-cgeqo%3Doff'
  expect(split(url)).toEqual({
    address: 'postgres://me@db:5432/x?sslmode=require&options=-cgeqo%3Doff',
    password: 'p@ss',
  })
  expect(split('postgres://db/x?user=me&password=hidden&ssl=true')).toEqual({
    address: 'postgres://db/x?user=me&sslmode=require',
    password: 'hidden',
  })
})

test('pg_dump trusts the authority that DATABASE_SSL_CA names', () => {
  const url = 'postgres://me@db/x'
  expect(withAuthority(url, '/etc/ca.pem')).toBe(`${url}?sslrootcert=%2Fetc%2Fca.pem&sslmode=verify-full`)
  expect(withAuthority(`${url}?sslmode=require`, '/etc/ca.pem')).toBe(
    `${url}?sslmode=require&sslrootcert=%2Fetc%2Fca.pem`,
  )
  expect(withAuthority(url, undefined)).toBe(url)
})

async function startDebianServer(bin: string): Promise<{ url: string; stop(): void }> {
  const folder = emptyFolder()
  const data = join(folder, 'data')
  const as = process.getuid?.() === 0 ? ['runuser', '-u', 'nobody', '--'] : []
  const run = (program: string, ...args: string[]) => {
    const [command, ...rest] = [...as, join(bin, program), ...args]
    const done = spawnSync(command!, rest, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] })
    if (done.status !== 0) throw new Error(`${program} failed: ${done.stderr}`)
  }
  spawnSync('chmod', ['-R', '777', folder, join(folder, '..')])
  run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust')
  const port = await freePort()
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`
  run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start')
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    stop: () => run('pg_ctl', '-D', data, '-m', 'immediate', 'stop'),
  }
}
