import { existsSync, readFileSync } from 'node:fs'
import type { PeerCertificate } from 'node:tls'

export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof sslModes)[number]

/** What the driver is told: false, its own words, or options of a TLS connection. */
export type Ssl =
  | false
  | 'prefer'
  | 'require'
  | {
      ca: string | string[] | undefined
      rejectUnauthorized: true
      checkServerIdentity?: (host: string, certificate: PeerCertificate) => undefined
    }

/** Reads PEM text, or the file at that path. Throws an Error that names the setting, never its content. */
export function readCa(value: string, setting: string): string {
  const pem = value.includes('-----BEGIN') ? value.replaceAll('\\n', '\n') : readPem(value, setting)
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new Error(`${setting} holds no PEM certificate`)
  return pem
}

function readPem(path: string, setting: string): string {
  if (!existsSync(path)) throw new Error(`${setting} is neither PEM text nor the path of a file that exists`)
  return readFileSync(path, 'utf8')
}

/**
 * What libpq means by each `sslmode`: `require` with a CA verifies the chain like `verify-ca`, `verify-full` the host name
 * too. Without a CA the `verify-…` modes trust the certificate authorities that are built in.
 */
export function sslFor(mode: SslMode, ca: string | string[] | undefined): Ssl {
  if (mode === 'disable' || mode === 'allow') return false
  if (mode === 'prefer') return 'prefer'
  if (mode === 'require' && ca === undefined) return 'require'
  if (mode === 'verify-full') return { ca, rejectUnauthorized: true }
  return { ca, rejectUnauthorized: true, checkServerIdentity: () => undefined }
}

/** The second try of the modes that have one, after the server has refused the first for being (un)encrypted. */
export function secondTry(mode: SslMode): Ssl | undefined {
  if (mode === 'allow') return 'require'
  return mode === 'prefer' ? false : undefined
}
