import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  integer,
  jsonb,
  type PgColumnBuilderBase,
  type PgTable,
  pgSchema,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import * as lite from 'drizzle-orm/sqlite-core'
import { once } from './once'
import type { Dialect, Scope, Writer } from './storage'

/** Every table of ours lives in this Postgres schema; SQLite has no schemas. */
export const schemaName = 'holdfast'
const holdfast = pgSchema(schemaName)

const bytea = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value),
})

/** The column vocabulary, as Postgres sees it. `int` holds whole numbers up to 2^53. */
const postgresColumns = {
  id: () => text().primaryKey(),
  text: () => text(),
  int: () => bigint({ mode: 'number' }),
  small: () => integer(),
  real: () => doublePrecision(),
  bool: () => boolean(),
  time: () => timestamp({ withTimezone: true, precision: 3, mode: 'date' }),
  json: <T = unknown>() => jsonb().$type<T>(),
  bytes: () => bytea(),
}

/** The same vocabulary on SQLite: times are integer milliseconds, JSON is text, booleans are 0 and 1. */
const sqliteColumns = {
  id: () => lite.text().primaryKey(),
  text: () => lite.text(),
  int: () => lite.integer(),
  small: () => lite.integer(),
  real: () => lite.real(),
  bool: () => lite.integer({ mode: 'boolean' }),
  time: () => lite.integer({ mode: 'timestamp_ms' }),
  json: () => lite.text({ mode: 'json' }),
  bytes: () => lite.blob({ mode: 'buffer' }),
}

export type Columns = typeof postgresColumns

/** A table declared once; `on(dialect)` gives drizzle's table for that database, typed as Postgres' on both. */
export interface Table<T> {
  name: string
  /** The column that holds the owner, or null for a table without owners. */
  owner: string | null
  on(dialect: Dialect): T
}

/** A row as the query builder gives and takes it, on both databases. */
export type Row = Record<string, unknown>

/** A table, and what there is to know for its rows to come from another installation (`holdfast import`). */
export interface StoredTable extends Table<PgTable> {
  /** Columns that mean something in this database alone, such as the number in a search index: `add` gives them anew. */
  local?: readonly string[]
  /** What stands in the database beside the rows, differs by database, and is made anew by `add` or `finish`. */
  index?: readonly string[]
  /** Stores rows in the order of their primary key; `local` columns are absent. Default: they are inserted as they are. */
  add?(tx: Writer, rows: Row[]): Promise<void>
  /** Called when the rows of all tables are there; again, when that was cut short. */
  finish?(scope: Scope): Promise<void>
}

/**
 * Declares a table for both databases. Column names are the keys as written (use snake_case). Keys, indexes, policies and
 * triggers stand in the migrations; `platform/storage/drift.ts` compares the two.
 *
 *     const notes = table('notes', 'owner', (c) => ({ id: c.id(), owner: c.text().notNull(), body: c.text().notNull() }))
 */
export function table<C extends Record<string, PgColumnBuilderBase>>(
  name: string,
  owner: (keyof C & string) | null,
  columns: (c: Columns) => C,
) {
  // Made when asked for: a process has one database, and the start does not wait for tables that nobody reads.
  const postgres = once(() => holdfast.table(name, columns(postgresColumns)))
  const sqlite = once(() => lite.sqliteTable(name, columns(sqliteColumns as unknown as Columns) as never))
  return {
    name,
    owner,
    on: (dialect: Dialect) =>
      dialect === 'postgres' ? postgres() : (sqlite() as unknown as ReturnType<typeof postgres>),
  } satisfies Table<ReturnType<typeof postgres>>
}
