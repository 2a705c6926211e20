import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import type { Sql } from 'postgres'
import type { Build, Prepared, RowValue, Writer } from '../../../core/storage'
import { schemaName } from '../../../core/table'
import type { Lease } from './lease'

type Params = Record<string, unknown>

const dialect = new PgDialect()

/** Dates go as ISO text, in the same form as the query builder's own. */
const bindable = (value: unknown) => (value instanceof Date ? value.toISOString() : (value ?? null))

/** Bytes as Postgres reads them from text. Half of a character, where a text was cut, is no JSON for Postgres; parameters lose it the same way. */
function jsonOf(value: RowValue) {
  if (typeof value === 'string') return value.toWellFormed()
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value
}

/** What drizzle asks of a postgres.js client; how types are read is settled where the connection is made. */
const clientFor = (lease: Lease) =>
  ({
    options: { parsers: {}, serializers: {} },
    unsafe: (text: string, params: unknown[] = []) => lease.query(text, params.map(bindable)),
  }) as unknown as Sql

/** Queries that were built once, over no connection in particular. */
export type Kept = Map<string, Prepared<unknown>>

/** Drizzle over one leased connection. */
export function createWriter(lease: Lease, kept: Kept): Writer {
  const client = clientFor(lease)
  const db = drizzle({ client }) as unknown as Writer
  return {
    dialect: 'postgres',
    async addRows(table, columns, rows) {
      const names = columns.map((column) => `"${column}"`).join(', ')
      const target = `"${schemaName}"."${table}"`
      const values = JSON.stringify(
        rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, jsonOf(row[at]!)]))),
      )
      await lease.query(
        `insert into ${target} (${names}) select ${names} from json_populate_recordset(null::${target}, ($1::text)::json)`,
        [values],
      )
    },
    select: db.select.bind(db),
    selectDistinct: db.selectDistinct.bind(db),
    insert: db.insert.bind(db),
    update: db.update.bind(db),
    delete: db.delete.bind(db),
    async rows<T>(query: SQL) {
      const { sql: text, params } = dialect.sqlToQuery(query)
      return [...(await lease.query(text, params.map(bindable)))] as T[]
    },
    async execute(query) {
      const { sql: text, params } = dialect.sqlToQuery(query)
      await lease.query(text, params.map(bindable))
    },
    async prepared<T>(name: string, build: Build<T>, params?: Params) {
      let query = kept.get(name)
      if (!query) {
        query = build(db, 'postgres').prepare(name)
        kept.set(name, query)
      }
      // The kept query knows its text and how to map rows; only the connection changes from one transaction to the next.
      const bound = Object.create(query, { client: { value: client } }) as Prepared<T>
      return bound.execute(params)
    },
  } satisfies Writer
}
