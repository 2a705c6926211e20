import { describe, expect, test } from 'bun:test'
import { X509Certificate } from 'node:crypto'
import { supabaseCa } from '../../src/platform/storage/postgres/supabase-ca'
import { parseTarget } from '../../src/platform/storage/postgres/url'

const ref = 'abcdefghijklmnopqrst'

describe('Supabase', () => {
  test.each([
    [`postgresql://postgres:x@db.${ref}.supabase.co:5432/postgres`, 'direct', true],
    [
      `postgres://postgres.${ref}:x@aws-0-eu-central-1.pooler.supabase.com:5432/postgres`,
      'session pooler',
      true,
    ],
    [
      `postgres://postgres.${ref}:x@aws-0-eu-central-1.pooler.supabase.com:6543/postgres`,
      'transaction pooler',
      false,
    ],
    [`postgresql://postgres:x@db.${ref}.supabase.co:6543/postgres`, 'dedicated pooler', false],
  ])('%s', (url, form, prepare) => {
    const target = parseTarget(url, undefined)
    expect(target.supabase?.form as string).toBe(form)
    expect(target.prepare).toBe(prepare)
    expect(target.mode).toBe('verify-full')
    expect(target.ca).toContain(supabaseCa)
  })

  test('other servers are not taken for it', () => {
    for (const host of ['db.example.com', 'supabase.co.evil.example', `db.${ref}.supabase.co.example`]) {
      const target = parseTarget(`postgres://u@${host}/d`, undefined)
      expect([target.supabase, target.ca, target.mode]).toEqual([undefined, undefined, 'prefer'])
    }
  })

  test('a mode that was asked for is kept, an authority of one’s own goes first', () => {
    const url = `postgres://postgres:x@db.${ref}.supabase.co/postgres`
    expect(parseTarget(`${url}?sslmode=require`, undefined).mode).toBe('require')
    expect(parseTarget(`${url}?sslmode=disable`, undefined).mode).toBe('disable')
    const own = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----'
    expect(parseTarget(url, own).ca).toBe(own)
  })

  test('the embedded authority is the one that Supabase publishes', () => {
    const certificate = new X509Certificate(supabaseCa)
    expect(certificate.subject).toContain('CN=Supabase Root 2021 CA')
    expect(certificate.fingerprint256).toBe(
      '80:70:25:AD:50:D4:ED:21:9D:2C:9C:7D:29:9C:00:4F:82:4E:B0:0C:F7:F6:5A:FE:F6:07:D0:7B:72:E6:CA:FA',
    )
    expect(certificate.verify(certificate.publicKey)).toBe(true)
  })
})

describe('connection strings', () => {
  test('user, password and database may hold any character', () => {
    const url = `postgres://${encodeURIComponent('us@er')}:${encodeURIComponent('p@ss/w:rd?')}@h:6000/${encodeURIComponent('my db')}`
    expect(parseTarget(url, undefined)).toMatchObject({
      host: 'h',
      port: 6000,
      user: 'us@er',
      password: 'p@ss/w:rd?',
      database: 'my db',
      location: 'h:6000/my db',
    })
  })

  test('a transaction pooler is known by its port or by the parameter', () => {
    expect(parseTarget('postgres://u@h/d', undefined).prepare).toBe(true)
    expect(parseTarget('postgres://u@h:6543/d', undefined).prepare).toBe(false)
    expect(parseTarget('postgres://u@h/d?pgbouncer=true', undefined).prepare).toBe(false)
  })

  test('parameters of other clients are left out', () => {
    const { startup } = parseTarget(
      'postgres://u@h/d?connection_limit=3&schema=public&application_name=mine',
      undefined,
    )
    expect(startup).toEqual({ application_name: 'mine' })
    expect(parseTarget('postgres://u@h/d', undefined).startup).toEqual({ application_name: 'holdfast' })
  })

  test('a socket folder', () => {
    for (const url of [
      'postgres:///d?host=/var/run/postgresql&user=u',
      'postgres://u@%2Fvar%2Frun%2Fpostgresql/d',
    ]) {
      expect(parseTarget(url, undefined)).toMatchObject({
        host: '/var/run/postgresql',
        user: 'u',
        database: 'd',
      })
    }
  })

  test('faults are named without repeating secrets', () => {
    expect(() => parseTarget('postgres://u:pa ss@h:x/d', undefined)).toThrow('percent-encode')
    expect(() => parseTarget('postgres://u:100%@h/d', undefined)).toThrow('% is %25')
    expect(() => parseTarget('postgres://u@h/d?sslmode=verify', undefined)).toThrow(
      'sslmode in DATABASE_URL must be one of',
    )
    expect(() => parseTarget('postgres://u@h/d', '/no/such/ca.pem')).toThrow('DATABASE_SSL_CA is neither')
    expect(() => parseTarget('postgres://u@h/d?sslrootcert=/no/such', undefined)).toThrow(
      'sslrootcert in DATABASE_URL',
    )
  })
})
