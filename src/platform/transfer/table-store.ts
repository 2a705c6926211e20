import { asc, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Dialect, Reader, Writer } from '../../core/storage'
import type { Row, StoredTable } from '../../core/table'
import { listKey } from '../storage/catalog'
import { codecOf } from './codec'
import type { Store } from './store'

/** A page is about so many bytes of rows, and at most so many rows. */
const pageBytes = 1024 * 1024
const mostRows = 1000
/** Both databases take more parameters than this in one statement. */
const mostParameters = 5000

/** The rows of a declared table. */
export function tableStore(dialect: Dialect, table: StoredTable): Store {
  const target = table.on(dialect)
  const codec = codecOf(table)
  return {
    name: table.name,
    codec,
    index: table.index,
    finish: table.finish,
    async count(db) {
      const [row] = await db.select({ rows: sql<string>`count(*)` }).from(target)
      return Number(row!.rows)
    },
    pages: (db) => pagesOf(db, table, (row) => codec.encode(row).length),
    add: table.add ?? ((tx, rows) => insertRows(tx, target, rows)),
  }
}

/** Goes along the primary key. How large rows are is seen from those before. */
async function* pagesOf(
  db: Reader,
  { name, on }: StoredTable,
  sizeOf: (row: Row) => number,
): AsyncGenerator<Row[]> {
  const target = on(db.dialect)
  const columns = getTableColumns(target)
  const key = (await listKey(db, name)).map((column) => columns[column]!)
  if (key.length === 0) throw new Error(`table ${name} has no primary key: it cannot be moved`)
  let beyond: SQL | undefined
  for (let limit = 32; ; ) {
    const rows: Row[] = await db
      .select()
      .from(target)
      .where(beyond)
      .orderBy(...key.map((column) => asc(column)))
      .limit(limit)
    if (rows.length === 0) return
    yield rows
    if (rows.length < limit) return
    beyond = after(key, rows.at(-1)!)
    const bytes = rows.reduce((sum, row) => sum + sizeOf(row), 1)
    limit = Math.max(1, Math.min(mostRows, limit * 4, Math.floor((pageBytes * rows.length) / bytes)))
  }
}

function after(key: PgColumn[], row: Row): SQL {
  const values = key.map((column) => sql.param(row[column.name], column))
  return sql`(${sql.join(key, sql`, `)}) > (${sql.join(values, sql`, `)})`
}

/** Inserts rows as they are. */
export async function insertRows(tx: Writer, target: PgTable, rows: Row[]): Promise<void> {
  const columns = Object.values(getTableColumns(target))
  const atOnce = Math.max(1, Math.floor(mostParameters / columns.length))
  for (let at = 0; at < rows.length; at += atOnce)
    await tx.insert(target).values(rows.slice(at, at + atOnce).map((row) => withNulls(columns, row)))
}

/** The query builder takes null for SQL's; where that is not allowed, it is JSON's. */
function withNulls(columns: PgColumn[], row: Row): Row {
  const jsonNulls = columns.filter(
    ({ name, dataType, notNull }) => dataType === 'json' && notNull && row[name] === null,
  )
  if (jsonNulls.length === 0) return row
  return { ...row, ...Object.fromEntries(jsonNulls.map(({ name }) => [name, sql`'null'`])) }
}
