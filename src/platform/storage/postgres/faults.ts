import { DrizzleQueryError } from 'drizzle-orm'
import { AppError } from '../../../core/errors'
import { databaseCode } from '../../../core/storage-errors'

const unavailable = (message: string, cause: unknown) =>
  new AppError('unavailable', message, { code: 'database_unavailable', retryAfter: 1, cause })

/** Codes of sockets, names, TLS and of the driver itself that mean "no connection". */
const lostCodes = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_|CONNECT_TIMEOUT|CONNECTION_)/

const refusals: [code: RegExp, message: string][] = [
  [/^28/, 'Postgres refuses the login: check user, password and pg_hba.conf against DATABASE_URL'],
  [/^3D000$/, 'Postgres has no database of that name: check DATABASE_URL'],
  [/^53100$/, 'The disk of the Postgres server is full'],
  [/^53/, 'Postgres has no connection left: lower DATABASE_POOL_SIZE or use a pooler'],
  [/^(08|57P0[1235])/, 'Postgres is not reachable: it is stopping, starting or has dropped the connection'],
  [
    /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|ERR_TLS_)/,
    'The TLS certificate of Postgres is not trusted: check DATABASE_SSL_CA and the host name',
  ],
]

/** What stops a transaction from becoming one of our roles; matched against code and message. */
const roleFaults: [code: string, message: string][] = [
  ['22023', "The database does not have the schema yet: run 'holdfast migrate up'"],
  [
    '42501',
    'The login of DATABASE_URL may not become the roles of the schema: grant it holdfast_caller and holdfast_system',
  ],
]

function findRoleFault(error: unknown): string | undefined {
  if (!/role "holdfast_/.test((error as Error).message)) return undefined
  return roleFaults.find(([code]) => code === codeOf(error))?.[1]
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

/** The driver's own error below what the query builder wrapped around it: that message repeats every value. */
export function innermost(error: unknown): unknown {
  let found = error
  while (found instanceof Error && found.cause instanceof Error && !(found instanceof AppError))
    found = found.cause
  return found
}

/** True when the connection is gone or was never there. */
export function isLost(error: unknown): boolean {
  return lostCodes.test(codeOf(innermost(error))) || isDismissed(error)
}

/** True when a connection that once stood was ended: the next one may work. */
export const isDismissed = (error: unknown) =>
  /^(08|57P0[1235]|ECONNRESET|EPIPE|CONNECTION_CLOSED)/.test(codeOf(innermost(error)))

/** True when the database undid the transaction and asks to do it again. */
export const isRepeatable = (error: unknown) => ['40001', '40P01'].includes(databaseCode(error) ?? '')

/** True when the server refused the login for being encrypted, or for not being so. */
export function isEncryptionRefusal(error: unknown): boolean {
  const found = innermost(error)
  return codeOf(found) === '28000' && /encryption|SSL (on|off)/i.test((found as Error).message)
}

/** Details of the driver's error hold values of rows and parameters: they stay here. */
function withoutValues(error: Error): Error {
  const code = codeOf(error)
  const message = code.startsWith('22') ? `a value does not fit its column (${code})` : error.message
  const { constraint_name, table_name, column_name } = error as Error & Record<string, unknown>
  const clean = new Error(message)
  clean.name = 'PostgresError'
  return Object.assign(clean, { code, constraint_name, table_name, column_name })
}

/** What a refused write means where writing was allowed. */
export function explainReadOnly(error: unknown): unknown {
  const found = innermost(error)
  if (codeOf(found) !== '25006') return error
  return unavailable(
    'This Postgres server is read-only: connect to the primary',
    withoutValues(found as Error),
  )
}

/** Turns what goes wrong with the connection into `unavailable`; strips values off everything else from the driver. */
export function explainFault(error: unknown): unknown {
  if (error instanceof AppError) return error
  const found = error instanceof DrizzleQueryError ? innermost(error) : error
  const code = codeOf(found)
  const roleFault = found instanceof Error && findRoleFault(found)
  if (roleFault) return unavailable(roleFault, withoutValues(found))
  const refusal = refusals.find(([pattern]) => pattern.test(code))
  if (refusal) return unavailable(refusal[1], withoutValues(found as Error))
  if (code === '57014')
    return new AppError('timeout', 'The database took too long: ask for less at once', {
      cause: withoutValues(found as Error),
    })
  if (isLost(found))
    return unavailable(
      'Postgres is not reachable: check that it runs and DATABASE_URL',
      withoutValues(found as Error),
    )
  if (/^[0-9A-Z]{5}$/.test(code)) return withoutValues(found as Error)
  return error
}
