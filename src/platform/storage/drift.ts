import { type PgTable, getTableConfig as postgresConfig } from 'drizzle-orm/pg-core'
import { type SQLiteTable, getTableConfig as sqliteConfig } from 'drizzle-orm/sqlite-core'
import type { Table } from '../../core/table'
import { type Column, listColumns } from './catalog'
import type { Storage } from './storage'

/**
 * Compares declared tables with the database as the migrations left it: missing tables, missing, undeclared or differently
 * typed columns, and whether null is allowed. One sentence for each difference; none when they agree.
 */
export async function findDrift(storage: Storage, tables: readonly Table<unknown>[]): Promise<string[]> {
  const faults: string[] = []
  for (const table of tables) {
    const found = await listColumns(storage, table.name)
    if (found.length === 0) faults.push(`${table.name}: is not in the database`)
    else faults.push(...compare(table.name, declaredColumns(storage, table), found))
  }
  return faults
}

function declaredColumns({ dialect }: Storage, table: Table<unknown>): Column[] {
  const declared = table.on(dialect)
  const { columns } =
    dialect === 'postgres' ? postgresConfig(declared as PgTable) : sqliteConfig(declared as SQLiteTable)
  return columns.map((column) => ({
    name: column.name,
    type: column.getSQLType().replace(' (', '('),
    nullable: !column.notNull,
    generated: false,
  }))
}

function compare(table: string, declared: Column[], found: Column[]): string[] {
  const byName = new Map(found.map((column) => [column.name, column]))
  const faults = declared.flatMap((column) => compareColumn(table, column, byName.get(column.name)))
  const names = new Set(declared.map(({ name }) => name))
  // Generated columns (search vectors) are the migration's own affair.
  const extra = found.filter(({ name, generated }) => !names.has(name) && !generated)
  return [...faults, ...extra.map(({ name }) => `${table}.${name}: is not declared`)]
}

function compareColumn(table: string, declared: Column, found: Column | undefined): string[] {
  const name = `${table}.${declared.name}`
  if (!found) return [`${name}: is not in the database`]
  const faults: string[] = []
  if (found.type !== declared.type) faults.push(`${name}: is ${found.type}, declared as ${declared.type}`)
  if (found.nullable !== declared.nullable) {
    faults.push(`${name}: ${found.nullable ? 'may be null' : 'must not be null'}, declared otherwise`)
  }
  return faults
}
