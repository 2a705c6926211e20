import type { SQL } from 'drizzle-orm'
import type { PgDatabase } from 'drizzle-orm/pg-core'

export type Dialect = 'sqlite' | 'postgres'

// biome-ignore lint/suspicious/noExplicitAny: the query result kind differs by driver and is not used through this type
type Database = PgDatabase<any, Record<string, never>>

/** What goes into a column as it is. */
export type RowValue = string | number | boolean | null | Uint8Array | Date

/** Drizzle's select builder; Postgres' types are the canonical ones on both databases. */
export type Select = Pick<Database, 'select' | 'selectDistinct'>

/** A drizzle query that was prepared with `sql.placeholder(…)`s. */
export interface Prepared<T> {
  execute(params?: Record<string, unknown>): Promise<T> | T
}
export interface Preparable<T> {
  prepare(name: string): Prepared<T>
}

/** Builds a query that stays prepared. */
export type Build<T> = (db: Select, dialect: Dialect) => Preparable<T>

/** Asks single queries. */
export interface Queries {
  readonly dialect: Dialect
  /**
   * Builds a query once per `name` (SQLite keeps it prepared, Postgres prepares it per connection) and runs it with
   * `params` for its `sql.placeholder`s. `name` must be unique for the query's shape.
   */
  prepared<T>(name: string, build: Build<T>, params?: Record<string, unknown>): Promise<T>
}

/** Select-only access inside one transaction of one principal. */
export interface Reader extends Select, Queries {
  /** Runs SQL of our own and returns plain rows: times and JSON come as the driver gives them. */
  rows<T extends Record<string, unknown>>(query: SQL): Promise<T[]>
}

/** The right to write: exists only inside `call.write` (or the platform's own `system.write`). */
export interface Writer extends Reader, Pick<Database, 'insert' | 'update' | 'delete'> {
  /** Runs a statement of our own that returns no rows. */
  execute(query: SQL): Promise<void>
  /** Adds many rows to a table of ours, each with values in the order of `columns`, without building a query for them. */
  addRows(table: string, columns: readonly string[], rows: readonly (readonly RowValue[])[]): Promise<void>
}

/**
 * How a module or platform part reaches rows: `read` may not change anything, `write` is one transaction. A query asked of the scope itself is a read of
 * its own, and costs less than one that `read` is given.
 */
export interface Scope extends Queries {
  read<T>(work: (db: Reader) => Promise<T>): Promise<T>
  write<T>(work: (tx: Writer) => Promise<T>): Promise<T>
}
