import { Database } from 'bun:sqlite'
import { chmodSync, closeSync, openSync } from 'node:fs'

/** One second of an owner with calls: when the last of them was made (ms) and the owner's total after it. */
export interface Row {
  second: number
  at: number
  total: number
}

/** The file of quotas and its prepared statements. */
export type SqliteLog = ReturnType<typeof openSqliteLog>

const schema = `
  create table if not exists owners (id integer primary key, owner text not null unique) strict;
  create table if not exists log (
    owner_id integer not null, second integer not null, at integer not null, total integer not null,
    primary key (owner_id, second)
  ) strict, without rowid`

function prepareFile(db: Database): void {
  // A call touches one small row, and a commit writes whole pages: small ones. A commit hands its pages to the operating system, which
  // keeps them when the process is killed; only a power cut can take the last seconds, and never the file's consistency.
  db.exec('pragma busy_timeout = 5000; pragma page_size = 1024; pragma journal_mode = wal')
  db.exec(
    'pragma synchronous = normal; pragma wal_autocheckpoint = 4000; pragma journal_size_limit = 16777216',
  )
  db.exec(`begin immediate; ${schema}; commit`)
}

function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')
}

/** Processes that make the file together get in each other's way while it becomes a WAL file, which SQLite does not wait for. */
function openFile(file: string): Database {
  const deadline = Date.now() + 5000
  // SQLite gives the files beside it the same permissions.
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
  for (;;) {
    const db = new Database(file, { create: true })
    try {
      prepareFile(db)
      return db
    } catch (error) {
      db.close()
      if (!isBusy(error) || Date.now() > deadline) throw error
      Bun.sleepSync(5 + Math.random() * 10)
    }
  }
}

/** Opens (and makes) `limits.db`. */
export function openSqliteLog(file: string) {
  const db = openFile(file)
  const find = 'select second, at, total from log where owner_id = ?1'
  const version = db.query<{ data_version: number }, []>('pragma data_version')
  return {
    db,
    begin: db.query('begin immediate'),
    commit: db.query('commit'),
    rollback: db.query('rollback'),
    /** Changes when another connection has written. */
    version: () => version.get()!.data_version,
    owner: db.query<{ id: number }, [string]>('select id from owners where owner = ?1'),
    addOwner: db.query<null, [string]>('insert into owners (owner) values (?1)'),
    last: db.query<Row, [number]>(`${find} order by second desc limit 1`),
    /** The last row of `second` or before that was made at or before `at`. */
    lastUntil: db.query<Row, [number, number, number]>(
      `${find} and second <= ?2 and at <= ?3 order by second desc limit 1`,
    ),
    firstAfter: db.query<Row, [number, number]>(`${find} and second > ?2 order by second limit 1`),
    append: db.query<null, [number, number, number, number]>(
      `insert into log (owner_id, second, at, total) values (?1, ?2, ?3, ?4)
       on conflict (owner_id, second) do update set at = excluded.at, total = excluded.total`,
    ),
  }
}
