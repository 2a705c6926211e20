import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type SQL, sql } from 'drizzle-orm'
import type { Dialect, Reader, Writer } from '../../core/storage'
import type { Row } from '../../core/table'
import { openSqliteLog } from '../limits/sqlite-log'
import { codecFor } from './codec'
import type { Store } from './store'

const pageRows = 2000

/** A second of an owner with counted calls, as both databases keep it. */
interface Second extends Row {
  owner: string
  second: number
  at: number
  total: number
}

/**
 * Used quotas: on Postgres tables of the database, on SQLite `limits.db` in the data folder. What stands in Redis is not among it.
 * Owners and their totals follow from the last second of each.
 */
export function quotaStore(dialect: Dialect, dataDir: string): Store {
  const codec = codecFor([
    ['owner', 'plain'],
    ['second', 'plain'],
    ['at', 'plain'],
    ['total', 'plain'],
  ])
  const named = { name: 'quota_log', index: ['quota_owners'], codec }
  return dialect === 'postgres'
    ? { ...named, ...onPostgres }
    : { ...named, ...onSqlite(join(dataDir, 'limits.db')) }
}

type Kept = Pick<Store, 'count' | 'pages' | 'add' | 'moving'>

const onPostgres: Kept = {
  count: async (db) => {
    const [row] = await db.rows<{ rows: number }>(sql`select count(*) as rows from holdfast.quota_log`)
    return Number(row!.rows)
  },
  pages: (db) => postgresPages(db),
  add: (tx, rows) => addToPostgres(tx, rows as Second[]),
}

async function* postgresPages(db: Reader): AsyncGenerator<Second[]> {
  let beyond: SQL = sql``
  for (;;) {
    const rows = await db.rows<Second>(
      sql`select owner, second, at, total from holdfast.quota_log ${beyond} order by owner, second limit ${pageRows}`,
    )
    const last = rows.at(-1)
    if (!last) return
    yield rows
    beyond = sql`where (owner, second) > (${last.owner}, ${last.second})`
  }
}

async function addToPostgres(tx: Writer, rows: Second[]): Promise<void> {
  const given = sql`jsonb_to_recordset((${JSON.stringify(rows)}::text)::jsonb)
    as row (owner text, second bigint, at bigint, total bigint)`
  await tx.execute(sql`insert into holdfast.quota_log select owner, second, at, total from ${given}`)
  await tx.execute(sql`insert into holdfast.quota_owners (owner, total, last_at)
    select distinct on (owner) owner, total, at from ${given} order by owner, second desc
    on conflict (owner) do update set total = excluded.total, last_at = excluded.last_at`)
}

/** A file of its own, which no transaction of the database holds still. */
const onSqlite = (file: string): Kept => ({
  moving: true,
  count: async () =>
    withFile(file, 0, (db) => db.query<{ rows: number }, []>('select count(*) as rows from log').get()!.rows),
  pages: () => sqlitePages(file),
  async add(_, rows) {
    const log = openSqliteLog(file)
    try {
      log.db.transaction(() => {
        for (const { owner, second, at, total } of rows as Second[]) {
          const id = log.owner.get(owner)?.id ?? Number(log.addOwner.run(owner).lastInsertRowid)
          log.append.run(id, second, at, total)
        }
      })()
    } finally {
      log.db.close()
    }
  },
})

async function* sqlitePages(file: string): AsyncGenerator<Second[]> {
  let [id, second] = [0, -1]
  for (;;) {
    const rows = withFile(file, [], (db) =>
      db
        .query<Second & { owner_id: number }, [number, number]>(
          `select owner_id, owner, second, at, total from log join owners on owners.id = owner_id
           where (owner_id, second) > (?, ?) order by owner_id, second limit ${pageRows}`,
        )
        .all(id, second),
    )
    const last = rows.at(-1)
    if (!last) return
    yield rows
    ;[id, second] = [last.owner_id, last.second]
  }
}

function withFile<T>(file: string, none: T, work: (db: Database) => T): T {
  if (!existsSync(file)) return none
  const db = new Database(file, { readonly: true })
  try {
    db.run('pragma busy_timeout = 5000')
    return work(db)
  } finally {
    db.close()
  }
}
