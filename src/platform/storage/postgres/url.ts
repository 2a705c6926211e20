import { rootCertificates } from 'node:tls'
import { ConfigError } from '../../config/fault'
import { recogniseSupabase, type Supabase } from './supabase'
import { supabaseCa } from './supabase-ca'
import { readCa, type SslMode, sslModes } from './tls'

/** A connection string, taken apart. */
export interface Target {
  host: string
  port: number
  database: string
  user: string
  password: string
  /** Host (or socket folder), port and database: safe to print. */
  location: string
  mode: SslMode
  /** PEM text of the authorities to trust; undefined for those that are built in. */
  ca: string | string[] | undefined
  /** False behind a pooler that gives every transaction another server connection. */
  prepare: boolean
  supabase: Supabase | undefined
  /** Start-up parameters for the server. */
  startup: Record<string, string>
  targetSession: string | undefined
}

/** Reads a `postgres://` URL the way libpq does; throws a ConfigError that says what to change and repeats no secret. */
export function parseTarget(text: string, caSetting: string | undefined): Target {
  try {
    return readTarget(text, caSetting)
  } catch (error) {
    throw new ConfigError([error instanceof URIError ? badEncoding : (error as Error).message])
  }
}

const badEncoding =
  'DATABASE_URL is not a URL: percent-encode special characters in user and password (% is %25)'

function readTarget(text: string, caSetting: string | undefined): Target {
  const url = parse(text)
  const query = url.searchParams
  const host = query.get('host') ?? (decodeURIComponent(url.hostname) || 'localhost')
  const port = Number(url.port || query.get('port') || 5432)
  const user = decodeURIComponent(url.username) || query.get('user') || 'postgres'
  const database = decodeURIComponent(url.pathname.slice(1)) || query.get('dbname') || user
  const supabase = recogniseSupabase(host, port)
  const ca = findCa(query.get('sslrootcert'), caSetting) ?? (supabase && supabaseAuthorities)
  return {
    host,
    port,
    database,
    user,
    password: decodeURIComponent(url.password) || query.get('password') || '',
    location: `${host}:${port}/${database}`,
    mode: findMode(query, ca),
    ca,
    prepare: !(supabase?.transactionPooled || port === 6543 || query.get('pgbouncer') === 'true'),
    supabase,
    startup: findStartup(query),
    targetSession: query.get('target_session_attrs') ?? undefined,
  }
}

function parse(text: string): URL {
  try {
    return new URL(text)
  } catch {
    throw new Error(badEncoding)
  }
}

/** Supabase signs with its own root; should it ever move to a public one, that is trusted as well. */
const supabaseAuthorities = [supabaseCa, ...rootCertificates]

function findCa(rootCert: string | null, setting: string | undefined): string | undefined {
  if (setting) return readCa(setting, 'DATABASE_SSL_CA')
  return rootCert && rootCert !== 'system' ? readCa(rootCert, 'sslrootcert in DATABASE_URL') : undefined
}

/** libpq's default is `prefer`; who names a CA without a mode wants it used. */
function findMode(query: URLSearchParams, ca: Target['ca']): SslMode {
  const mode = query.get('sslmode') ?? (query.get('ssl') === 'true' ? 'require' : null)
  if (mode === null) return ca || query.get('sslrootcert') === 'system' ? 'verify-full' : 'prefer'
  const known = sslModes.find((candidate) => candidate === mode)
  if (!known) throw new Error(`sslmode in DATABASE_URL must be one of ${sslModes.join(', ')}`)
  return known
}

/** Other parameters belong to other clients (`connection_limit`, `schema`, …): the server would refuse them. */
function findStartup(query: URLSearchParams): Record<string, string> {
  const startup: Record<string, string> = { application_name: query.get('application_name') ?? 'holdfast' }
  const options = query.get('options')
  if (options) startup.options = options
  return startup
}
