import { AppError } from '../../../core/errors'
import type { Scope } from '../../../core/storage'
import { schemaName } from '../../../core/table'
import type { Admin, AdminSession, Storage, StorageConfig, StorageOptions } from '../storage'
import { createTransactions, type Transactions } from '../transactions'
import { explainFault } from './faults'
import type { Lease } from './lease'
import { createPool, type Pool } from './pool'
import { createProbe, settleSsl } from './probe'
import { createWriter, type Kept } from './session'
import { readOnce, writeOnce } from './transact'
import { parseTarget } from './url'
import { createWatchdog } from './watchdog'

interface Parts {
  pool: Pool
  transactions: Transactions
  kept: Kept
  readOnly: boolean
  /** Of a caller's scope; 0 is unlimited. */
  statementSeconds: number
}

/** Opens Postgres; throws AppError `unavailable` when it does not answer. */
export async function openPostgres(
  config: StorageConfig & { DATABASE_URL: string },
  options: StorageOptions,
): Promise<Storage> {
  const target = parseTarget(config.DATABASE_URL, config.DATABASE_SSL_CA)
  const ssl = await settleSsl(target)
  const pool = createPool(target, ssl, config.DATABASE_POOL_SIZE ?? 10)
  const probe = createProbe(target, ssl, () => pool.reset())
  const watchdog = createWatchdog({ pool, probe })
  const admitted: Pool = {
    ...pool,
    async take(limit) {
      watchdog.admit()
      return pool.take(limit)
    },
  }
  const parts: Parts = {
    pool: admitted,
    transactions: createTransactions(options.onQuery),
    kept: new Map(),
    readOnly: options.readOnly ?? false,
    statementSeconds: options.statementSeconds ?? 0,
  }
  return {
    dialect: 'postgres',
    location: target.location,
    as: (owner) => createScope(parts, 'holdfast_caller', owner),
    system: createScope(parts, 'holdfast_system', null),
    admin: createAdmin(parts),
    turns: null,
    ping: () => probe.ping(),
    connections: () => pool.counts(),
    async close() {
      watchdog.stop()
      await pool.close(5)
      probe.close()
    },
  }
}

/** A string literal that no content can break out of, whatever the server's quoting settings are. */
const literal = (text: string) =>
  /^[\w:.@ -]*$/.test(text)
    ? `'${text}'`
    : `convert_from(decode('${Buffer.from(text).toString('hex')}', 'hex'), 'UTF8')`

function setupFor(begin: string, role: string, owner: string | null, seconds: number): string {
  const values: [name: string, value: string][] = [
    ['role', role],
    ['search_path', `${schemaName}, public`],
    ['timezone', 'UTC'],
    ['datestyle', 'ISO, MDY'],
    ['app.principal', owner ?? ''],
    // A call that was given up must not keep its connection for as long as its statement would take.
    ['statement_timeout', owner === null ? '0' : `${seconds}s`],
    ['request.jwt.claims', owner === null ? '' : JSON.stringify({ sub: owner, role })],
  ]
  return `${begin}; select ${values.map(([name, value]) => `set_config('${name}', ${literal(value)}, true)`).join(', ')}`
}

const unlimited = Number.POSITIVE_INFINITY

const readBegin = 'begin isolation level repeatable read read only'

function createScope(parts: Parts, role: string, owner: string | null): Scope {
  const { pool, transactions, kept, statementSeconds } = parts
  const setup = (begin: string) => setupFor(begin, role, owner, statementSeconds)
  // The server itself ends a caller's statement before this; only a lost connection says nothing.
  const limit = owner !== null && statementSeconds > 0 ? statementSeconds * 1000 + 5000 : unlimited
  const writer = (lease: Lease) => createWriter(lease, kept)
  const scope: Scope = {
    dialect: 'postgres',
    prepared: (name, build, params) => scope.read((db) => db.prepared(name, build, params)),
    read: (work) =>
      transactions.run('read', () =>
        explained(
          readOnce(
            () => pool.take(limit),
            setup(readBegin),
            (lease) => work(writer(lease)),
          ),
        ),
      ),
    write: (work) =>
      transactions.run('write', async () => {
        if (parts.readOnly) throw new AppError('unavailable', 'The database was opened read-only')
        return explained(
          writeOnce(
            () => pool.take(limit),
            setup('begin'),
            (lease) => work(writer(lease)),
          ),
        )
      }),
  }
  return scope
}

async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw explainFault(error)
  }
}

function createAdmin({ pool, readOnly }: Parts): Admin {
  const take = () => pool.take(unlimited)
  const session = (lease: Lease): AdminSession => ({
    rows: async <T>(statement: string, params: unknown[] = []) =>
      [...(await lease.query(statement, params))] as T[],
    run: async (script) => void (await lease.script(script)),
  })
  return {
    rows: (statement, params) =>
      explained(
        readOnce(take, `${readBegin}; set local timezone = 'UTC'`, (lease) =>
          session(lease).rows(statement, params),
        ),
      ),
    async transaction(work) {
      if (readOnly) throw new AppError('unavailable', 'The database was opened read-only')
      return explained(writeOnce(take, "begin; set local timezone = 'UTC'", (lease) => work(session(lease))))
    },
    backup: async () => null,
  }
}
