import { sql } from 'drizzle-orm'
import type { Reader } from '../../core/storage'
import { schemaName } from '../../core/table'
import type { Storage } from './storage'

/** A column as the database describes it. */
export interface Column {
  name: string
  /** Lower case, e.g. `timestamp(3) with time zone`. */
  type: string
  nullable: boolean
  generated: boolean
}

/** The names of all tables, sorted, without those that a search index keeps for itself. */
export async function listTables(storage: Storage): Promise<string[]> {
  const rows = await storage.admin.rows<{ name: string }>(
    storage.dialect === 'postgres' ? postgresTables : sqliteTables,
  )
  return rows.map(({ name }) => name)
}

/** The columns of a table in order; none when there is no such table. */
export async function listColumns(storage: Storage, table: string): Promise<Column[]> {
  if (storage.dialect === 'postgres')
    return storage.admin.rows<Column>(postgresColumns, [`${schemaName}.${table}`])
  const rows = await storage.admin.rows<SqliteColumn>(sqliteColumns, [table])
  return rows.map(({ name, type, notnull, pk, hidden }) => ({
    name,
    type: type.toLowerCase(),
    nullable: notnull === 0 && pk === 0,
    generated: hidden > 1,
  }))
}

/** The columns of a table's primary key, in its order; none when there is no such table. */
export async function listKey(db: Reader, table: string): Promise<string[]> {
  const rows = await db.rows<{ name: string }>(
    db.dialect === 'postgres' ? postgresKey(`${schemaName}."${table}"`) : sqliteKey(table),
  )
  return rows.map(({ name }) => name)
}

/** Columns that a sequence of Postgres fills, as `[table, column]`. */
export async function listIdentities(storage: Storage): Promise<[string, string][]> {
  if (storage.dialect === 'sqlite') return []
  const rows = await storage.admin.rows<{ table: string; column: string }>(postgresIdentities)
  return rows.map(({ table, column }) => [table, column])
}

interface SqliteColumn {
  name: string
  type: string
  notnull: number
  pk: number
  hidden: number
}

const sqliteTables = `select name from pragma_table_list
  where schema = 'main' and type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name`

const sqliteColumns = 'select name, type, "notnull", pk, hidden from pragma_table_xinfo(?)'

const postgresTables = `select relname::text as name from pg_class
  where relnamespace = to_regnamespace('${schemaName}') and relkind in ('r', 'p') order by relname`

const postgresColumns = `select attname::text as name, format_type(atttypid, atttypmod) as type,
    not attnotnull as nullable, attgenerated <> '' as generated
  from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum`

const sqliteKey = (table: string) =>
  sql`select name from pragma_table_info(${table}) where pk > 0 order by pk`

const postgresKey = (table: string) => sql`select attname::text as name from pg_index
  cross join unnest(indkey) with ordinality as part (attnum, place)
  join pg_attribute using (attnum)
  where indrelid = to_regclass(${table}) and indisprimary and attrelid = indrelid order by place`

const postgresIdentities = `select relname::text as table, attname::text as column
  from pg_attribute join pg_class on pg_class.oid = attrelid
  where relnamespace = to_regnamespace('${schemaName}') and attidentity <> '' and attnum > 0 and not attisdropped`
