import { createHash } from 'node:crypto'
import { schemaName, table } from '../../core/table'
import type { Admin, AdminSession, Storage } from './storage'

/** Which steps this database has seen. */
export const schemaMigrations = table('schema_migrations', null, (c) => ({
  id: c.id(),
  name: c.text().notNull(),
  /** Hex SHA-256 of the step's `up` script as it was applied. */
  checksum: c.text().notNull(),
  applied_at: c.time().notNull(),
}))

export interface Applied {
  id: string
  name: string
  checksum: string
  /** ISO 8601 UTC. */
  applied_at: string
}

/** The one place that knows how the table is made, read and written; everything runs inside the given session. */
export interface Ledger {
  /** Holds every other migrator off until the session's transaction ends, and makes the table. */
  lock(session: AdminSession): Promise<void>
  list(session: Pick<Admin, 'rows'>): Promise<Applied[]>
  add(session: AdminSession, step: { id: string; name: string; checksum: string }): Promise<void>
  remove(session: AdminSession, id: string): Promise<void>
}

export const checksumOf = (script: string) => createHash('sha256').update(script).digest('hex')

const sqliteTable = `create table if not exists schema_migrations (
  id text primary key not null, name text not null, checksum text not null, applied_at integer not null
) strict`

const sqliteLedger: Ledger = {
  // The write transaction itself is the lock.
  lock: (session) => session.run(sqliteTable),
  async list(session) {
    const [known] = await session.rows(
      `select 1 from sqlite_master where type = 'table' and name = 'schema_migrations'`,
    )
    if (!known) return []
    const rows = await session.rows<Omit<Applied, 'applied_at'> & { applied_at: number }>(
      'select id, name, checksum, applied_at from schema_migrations order by id',
    )
    return rows.map((row) => ({ ...row, applied_at: new Date(row.applied_at).toISOString() }))
  },
  async add(session, { id, name, checksum }) {
    await session.rows('insert into schema_migrations values (?, ?, ?, ?)', [id, name, checksum, Date.now()])
  },
  async remove(session, id) {
    await session.rows('delete from schema_migrations where id = ?', [id])
  },
}

/** "holdfast" as a number: the key of the advisory lock. */
const lockKey = '7525352680829580148'

/** Makes the ledger; the search path is that of the steps. */
export const postgresTable = `create schema if not exists ${schemaName};
set local search_path = ${schemaName}, public;
create table if not exists ${schemaName}.schema_migrations (
  id text primary key, name text not null, checksum text not null, applied_at timestamptz(3) not null
)`

const postgresLedger: Ledger = {
  async lock(session) {
    // Bound to the transaction, so it also holds behind a pooler that hands sessions on.
    await session.rows(`select pg_advisory_xact_lock(${lockKey})`)
    const [known] = await session.rows<{ found: boolean }>(
      `select to_regclass('${schemaName}.schema_migrations') is not null as found`,
    )
    await session.run(known?.found ? `set local search_path = ${schemaName}, public` : postgresTable)
  },
  async list(session) {
    const [known] = await session.rows<{ found: boolean }>(
      `select to_regclass('${schemaName}.schema_migrations') is not null as found`,
    )
    if (!known?.found) return []
    const rows = await session.rows<Applied>(
      `select id, name, checksum, applied_at::text as applied_at from ${schemaName}.schema_migrations order by id`,
    )
    return rows.map((row) => ({ ...row, applied_at: new Date(row.applied_at).toISOString() }))
  },
  async add(session, { id, name, checksum }) {
    await session.rows(`insert into ${schemaName}.schema_migrations values ($1, $2, $3, now())`, [
      id,
      name,
      checksum,
    ])
  },
  async remove(session, id) {
    await session.rows(`delete from ${schemaName}.schema_migrations where id = $1`, [id])
  },
}

export const ledgerOf = ({ dialect }: Storage): Ledger =>
  dialect === 'postgres' ? postgresLedger : sqliteLedger
