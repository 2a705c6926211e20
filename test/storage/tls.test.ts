import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStorage } from '../../src/platform/storage/open'
import { lookAtCertificate } from '../../src/platform/storage/postgres/certificate'
import { type PostgresServer, startPostgres } from '../kit/postgres-server'

setDefaultTimeout(60_000)

const folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'))
const file = (name: string) => readFileSync(join(folder, name), 'utf8')

function openssl(...args: string[]): void {
  const done = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`openssl failed: ${done.stderr}`)
}

function makeAuthority(name: string): void {
  openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.crt`,
    '-subj',
    `/CN=${name}`,
  )
}

/** A certificate for `host`, signed by `authority`. */
function makeCertificate(name: string, host: string, authority: string): void {
  openssl(
    'req',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
    '-subj',
    `/CN=${host}`,
  )
  writeFileSync(join(folder, `${name}.ext`), `subjectAltName = DNS:${host}\n`)
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    `${authority}.crt`,
    '-CAkey',
    `${authority}.key`,
    '-CAcreateserial',
    '-days',
    '2',
    '-out',
    `${name}.crt`,
    '-extfile',
    `${name}.ext`,
  )
}

/** How the connection came about, or the error's message. */
async function attempt(port: number, query: string, ca?: string, login = 'postgres'): Promise<string> {
  try {
    const storage = await openStorage({
      DATA_DIR: undefined,
      DATABASE_URL: `postgres://${login}@localhost:${port}/postgres${query}`,
      DATABASE_POOL_SIZE: 1,
      DATABASE_SSL_CA: ca,
    })
    const [row] = await storage.admin.rows<{ ssl: boolean }>(
      'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
    )
    await storage.close()
    return row!.ssl ? 'encrypted' : 'plain'
  } catch (error) {
    return (error as Error).message
  }
}

const withTls = (certificate: string, hba: string[] = []) =>
  startPostgres({
    settings: ['ssl = on', "ssl_cert_file = 'server.crt'", "ssl_key_file = 'server.key'"],
    hba,
    files: { 'server.crt': file(`${certificate}.crt`), 'server.key': file(`${certificate}.key`) },
  })

const untrusted = 'The TLS certificate of Postgres is not trusted: check DATABASE_SSL_CA and the host name'

describe('sslmode', () => {
  let right: PostgresServer
  let wrongName: PostgresServer
  let plain: PostgresServer
  let ours: string
  let foreign: string
  beforeAll(async () => {
    makeAuthority('ours')
    makeAuthority('foreign')
    makeCertificate('right', 'localhost', 'ours')
    makeCertificate('elsewhere', 'db.example.com', 'ours')
    ours = file('ours.crt')
    foreign = file('foreign.crt')
    const hba = [
      'hostssl all picky 127.0.0.1/32 trust',
      'host all picky all reject',
      'hostnossl all shy 127.0.0.1/32 trust',
      'host all shy all reject',
    ]
    right = await withTls('right', hba)
    wrongName = await withTls('elsewhere')
    plain = await startPostgres()
    for (const login of ['picky', 'shy']) {
      const storage = await openStorage({
        DATABASE_URL: right.superuserUrl(),
        DATABASE_POOL_SIZE: 1,
      } as never)
      await storage.admin.transaction((session) => session.run(`create role ${login} login`))
      await storage.close()
    }
  })
  afterAll(() => {
    for (const server of [right, wrongName, plain]) server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('a server without TLS is named as the reason', async () => {
    for (const mode of ['require', 'verify-ca', 'verify-full'])
      expect(await attempt(plain.port, `?sslmode=${mode}`, ours)).toStartWith(
        `Postgres offers no TLS, but sslmode=${mode} asks for it`,
      )
  })

  test('verify-full accepts the right authority and name alone', async () => {
    expect(await attempt(right.port, '?sslmode=verify-full', ours)).toBe('encrypted')
    expect(await attempt(right.port, '?sslmode=verify-full', foreign)).toBe(untrusted)
    expect(await attempt(right.port, '?sslmode=verify-full')).toBe(untrusted)
    expect(await attempt(wrongName.port, '?sslmode=verify-full', ours)).toBe(untrusted)
  })

  test('verify-ca does not mind the name', async () => {
    expect(await attempt(wrongName.port, '?sslmode=verify-ca', ours)).toBe('encrypted')
    expect(await attempt(wrongName.port, '?sslmode=verify-ca', foreign)).toBe(untrusted)
  })

  test('require encrypts with anybody, and verifies when it is given an authority', async () => {
    expect(await attempt(wrongName.port, '?sslmode=require')).toBe('encrypted')
    expect(await attempt(wrongName.port, '?sslmode=require', ours)).toBe('encrypted')
    expect(await attempt(right.port, '?sslmode=require', foreign)).toBe(untrusted)
    expect(await attempt(plain.port, '?sslmode=require')).toContain('Postgres')
  })

  test('prefer, which is the default, encrypts where it can', async () => {
    expect(await attempt(right.port, '?sslmode=prefer')).toBe('encrypted')
    expect(await attempt(right.port, '')).toBe('encrypted')
    expect(await attempt(plain.port, '')).toBe('plain')
    expect(await attempt(right.port, '?sslmode=prefer', undefined, 'shy')).toBe('plain')
  })

  test('allow and disable do not encrypt, unless the server insists', async () => {
    expect(await attempt(right.port, '?sslmode=allow')).toBe('plain')
    expect(await attempt(right.port, '?sslmode=allow', undefined, 'picky')).toBe('encrypted')
    expect(await attempt(right.port, '?sslmode=disable')).toBe('plain')
    expect(await attempt(right.port, '?sslmode=disable', undefined, 'picky')).toContain('refuses the login')
  })

  test('an authority without a mode is verified fully; it may be a file, or in the URL', async () => {
    expect(await attempt(right.port, '', ours)).toBe('encrypted')
    expect(await attempt(wrongName.port, '', ours)).toBe(untrusted)
    expect(await attempt(right.port, '', join(folder, 'ours.crt'))).toBe('encrypted')
    const inUrl = encodeURIComponent(join(folder, 'ours.crt'))
    expect(await attempt(right.port, `?sslmode=verify-full&sslrootcert=${inUrl}`)).toBe('encrypted')
    expect(await attempt(wrongName.port, `?sslmode=verify-full&sslrootcert=${inUrl}`)).toBe(untrusted)
  })

  test('the certificate is judged whatever the mode lets pass', async () => {
    const look = async ({ port }: PostgresServer, mode: string, ca?: string) => {
      const { offered, fault, verified } = await lookAtCertificate(
        `postgres://postgres@localhost:${port}/postgres?sslmode=${mode}`,
        ca,
      )
      return { offered, fault, verified }
    }
    expect(await look(right, 'require')).toEqual({
      offered: true,
      fault: expect.stringMatching(/ISSUER|SIGNATURE|SELF_SIGNED/),
      verified: 'nothing',
    })
    expect(await look(right, 'verify-full', ours)).toEqual({
      offered: true,
      fault: undefined,
      verified: 'chain and name',
    })
    expect(await look(right, 'prefer', foreign)).toMatchObject({
      fault: expect.any(String),
      verified: 'nothing',
    })
    expect(await look(wrongName, 'verify-ca', ours)).toMatchObject({
      fault: 'it is not for localhost',
      verified: 'chain',
    })
    expect(await look(plain, 'prefer')).toEqual({ offered: false, fault: undefined, verified: 'nothing' })
    plain.stop()
    expect(await look(plain, 'prefer')).toMatchObject({ offered: undefined })
  })
})
