import { AppError } from '../../../core/errors'
import type { Scope } from '../../../core/storage'
import { schemaName } from '../../../core/table'
import type { StorageConfig } from '../open'
import type { Admin, AdminSession, Storage, StorageOptions } from '../storage'
import { createTransactions, type Transactions } from '../transactions'
import { explainFault, isEncryptionRefusal } from './faults'
import type { Lease } from './lease'
import { connect, createPool, type Pool } from './pool'
import { createWriter, type Kept } from './session'
import { type Ssl, secondTry, sslFor } from './tls'
import { readOnce, writeOnce } from './transact'
import { parseTarget, type Target } from './url'

interface Parts {
  pool: Pool
  transactions: Transactions
  kept: Kept
  readOnly: boolean
}

/** Opens Postgres; throws AppError `unavailable` when it does not answer. */
export async function openPostgres(
  config: StorageConfig & { DATABASE_URL: string },
  options: StorageOptions,
): Promise<Storage> {
  const target = parseTarget(config.DATABASE_URL, config.DATABASE_SSL_CA)
  const ssl = await tryOut(target)
  const pool = createPool(target, ssl, config.DATABASE_POOL_SIZE ?? 10)
  const parts: Parts = {
    pool,
    transactions: createTransactions(options.onQuery),
    kept: new Map(),
    readOnly: options.readOnly ?? false,
  }
  return {
    dialect: 'postgres',
    location: target.location,
    as: (owner) => createScope(parts, 'holdfast_caller', owner),
    system: createScope(parts, 'holdfast_system', null),
    admin: createAdmin(parts),
    ping: () => ping(target, ssl),
    connections: () => pool.counts(),
    close: () => pool.close(5),
  }
}

/** Connects once, and settles what `sslmode=prefer` and `allow` mean with this server. */
async function tryOut(target: Target): Promise<Ssl> {
  const first = sslFor(target.mode, target.ca)
  try {
    await ask(target, first, 5000)
    return first
  } catch (error) {
    const second = secondTry(target.mode)
    if (second === undefined || !isEncryptionRefusal(error)) throw explainFault(error)
    await ask(target, second, 5000).catch((failed) => {
      throw explainFault(failed)
    })
    return second
  }
}

/** Connects anew, asks the least there is, and hangs up. */
async function ask(target: Target, ssl: Ssl, milliseconds: number): Promise<void> {
  const sql = connect(target, ssl, 1)
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('unavailable', 'Postgres does not answer', { code: 'database_unavailable' })),
      milliseconds,
    )
  })
  try {
    await Promise.race([sql.unsafe('select 1').simple(), late])
  } finally {
    clearTimeout(timer)
    void sql.end({ timeout: 0 })
  }
}

async function ping(target: Target, ssl: Ssl): Promise<number> {
  const started = performance.now()
  await ask(target, ssl, 1900).catch((error) => {
    throw explainFault(error)
  })
  return performance.now() - started
}

/** A string literal that no content can break out of, whatever the server's quoting settings are. */
const literal = (text: string) =>
  /^[\w:.@ -]*$/.test(text)
    ? `'${text}'`
    : `convert_from(decode('${Buffer.from(text).toString('hex')}', 'hex'), 'UTF8')`

function setupFor(begin: string, role: string, owner: string | null): string {
  const values: [name: string, value: string][] = [
    ['role', role],
    ['search_path', `${schemaName}, public`],
    ['timezone', 'UTC'],
    ['datestyle', 'ISO, MDY'],
    ['app.principal', owner ?? ''],
    ['request.jwt.claims', owner === null ? '' : JSON.stringify({ sub: owner, role })],
  ]
  return `${begin}; select ${values.map(([name, value]) => `set_config('${name}', ${literal(value)}, true)`).join(', ')}`
}

const readBegin = 'begin isolation level repeatable read read only'

function createScope(parts: Parts, role: string, owner: string | null): Scope {
  const { pool, transactions, kept } = parts
  const writer = (lease: Lease) => createWriter(lease, pool.options, kept)
  return {
    read: (work) =>
      transactions.run('read', () =>
        explained(readOnce(pool, setupFor(readBegin, role, owner), (lease) => work(writer(lease)))),
      ),
    write: (work) =>
      transactions.run('write', async () => {
        if (parts.readOnly) throw new AppError('unavailable', 'The database was opened read-only')
        return explained(writeOnce(pool, setupFor('begin', role, owner), (lease) => work(writer(lease))))
      }),
  }
}

async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw explainFault(error)
  }
}

function createAdmin({ pool, readOnly }: Parts): Admin {
  const session = (lease: Lease): AdminSession => ({
    rows: async <T>(statement: string, params: unknown[] = []) =>
      [...(await lease.query(statement, params))] as T[],
    run: async (script) => void (await lease.script(script)),
  })
  return {
    rows: (statement, params) =>
      explained(
        readOnce(pool, `${readBegin}; set local timezone = 'UTC'`, (lease) =>
          session(lease).rows(statement, params),
        ),
      ),
    async transaction(work) {
      if (readOnly) throw new AppError('unavailable', 'The database was opened read-only')
      return explained(writeOnce(pool, "begin; set local timezone = 'UTC'", (lease) => work(session(lease))))
    },
    backup: async () => null,
  }
}
