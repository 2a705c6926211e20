import type { Dialect, Scope } from '../../core/storage'

/** The open database, whichever it is. */
export interface Storage {
  readonly dialect: Dialect
  /** Where it is, without credentials: a file path, or host/database. */
  readonly location: string
  /** Rows as this owner: on Postgres a role without rights of its own, under row-level security. */
  as(owner: string): Scope
  /** The server's own rows and everybody's: keys, subscriptions, jobs. Never handed to a module. */
  readonly system: Scope
  /** Milliseconds that a trivial query took; throws within 2 s when the database does not answer. */
  ping(): Promise<number>
  /** Open connections by state, for `db_pool_connections`. */
  connections(): Record<string, number>
  close(): Promise<void>
}
