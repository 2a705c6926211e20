import type { Dialect, Scope } from '../../core/storage'
import type { Config } from '../config/settings'

/** One transaction of the database's login itself: no role, no principal. */
export interface AdminSession {
  /** Runs one statement; `params` fill `$1`, `$2`, … on Postgres and `?` on SQLite. */
  rows<T = Record<string, unknown>>(statement: string, params?: unknown[]): Promise<T[]>
  /** Runs a script of several statements. */
  run(script: string): Promise<void>
}

/** The login itself: schema steps and checks of the database. Only for the storage part and `doctor`. */
export interface Admin {
  /** One statement outside of a caller's transaction. */
  rows<T = Record<string, unknown>>(statement: string, params?: unknown[]): Promise<T[]>
  /** One writing transaction; rolled back when `work` throws. */
  transaction<T>(work: (session: AdminSession) => Promise<T>): Promise<T>
  /**
   * Sets a copy of the database aside and returns where it is; null where the database's own backups are the place
   * for that (Postgres). `label` becomes part of the name.
   */
  backup(label: string): Promise<string | null>
}

/** The right to write to a file that several threads of this process have open. */
export interface Turn {
  end(): void
}

/** Hands the right to write from one thread to the other, in the order of asking: none of them ever finds the file locked by another. */
export interface Turns {
  take(): Promise<Turn>
  /** One number that all threads see: how many writes of the lending thread wait for a turn to end. */
  readonly waiting: Int32Array
}

/** The open database, whichever it is. */
export interface Storage {
  readonly dialect: Dialect
  /** Where it is, without credentials: a file path, or host/database. */
  readonly location: string
  /** Rows as this owner: on Postgres a role without rights of its own, under row-level security. */
  as(owner: string): Scope
  /** The server's own rows and everybody's: keys, subscriptions, jobs. Never handed to a module. */
  readonly system: Scope
  readonly admin: Admin
  /** For writes of another thread to the same SQLite file; null where the database itself sees to that (Postgres). */
  readonly turns: Turns | null
  /** Milliseconds that a trivial query took; throws within 2 s when the database does not answer. */
  ping(): Promise<number>
  /** Open connections by state, for `db_pool_connections`. */
  connections(): Record<string, number>
  close(): Promise<void>
}

export interface StorageOptions {
  /** Refuses every write, and never creates or changes a file. */
  readOnly?: boolean
  /** Told how long each transaction took, in seconds. Must not throw. */
  onQuery?: (operation: 'read' | 'write', seconds: number) => void
  /** Postgres ends a statement of a caller's scope after so many seconds; unlimited when absent. SQLite's statements run in this process. */
  statementSeconds?: number
  /** On SQLite, every transaction waits for its turn among those of other threads. Such a file is committed without waiting for the disk. */
  turns?: Turns
}

/** What decides where rows live. */
export type StorageConfig = Pick<
  Config,
  'DATA_DIR' | 'DATABASE_URL' | 'DATABASE_POOL_SIZE' | 'DATABASE_SSL_CA'
>
