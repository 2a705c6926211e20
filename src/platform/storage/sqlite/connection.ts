import type { Database, SQLQueryBindings, Statement } from 'bun:sqlite'
import type { SQL } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/bun-sqlite'
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core'
import type { Build, Writer } from '../../../core/storage'
import { type CompiledQuery, compileQuery, createPreparing, type Params } from './prepared'

/** One connection to the file, with its statements kept compiled. */
export interface Connection {
  readonly client: Database
  /** The compiled statement for this text. */
  statement(text: string): Statement
  /** What a query gives that is built once per `name`. */
  ask<T>(name: string, build: Build<T>, params?: Params): T
  /** Drizzle over this connection. `allow` is asked before every statement and throws when it may not run any more. */
  writer(allow: () => void): Writer
  close(): void
}

const keptStatements = 500
const dialect = new SQLiteSyncDialect()

/** SQLite binds neither dates nor undefined; both are what they would be in a column of ours. */
const bindable = (value: unknown) =>
  value instanceof Date ? value.getTime() : value === undefined ? null : value

function compile(query: SQL): { text: string; params: SQLQueryBindings[] } {
  const { sql, params } = dialect.sqlToQuery(query)
  return { text: sql, params: params.map(bindable) as SQLQueryBindings[] }
}

function keepStatements(client: Database): (text: string) => Statement {
  const kept = new Map<string, Statement>()
  return (text) => {
    const found = kept.get(text)
    if (found) return found
    if (kept.size >= keptStatements) kept.delete(kept.keys().next().value!)
    const statement = client.prepare(text)
    kept.set(text, statement)
    return statement
  }
}

/** Wraps an open database; the caller has set its pragmas. */
export function createConnection(client: Database): Connection {
  const statement = keepStatements(client)
  const queries = new Map<string, CompiledQuery>()

  const ask = <T>(name: string, build: Build<T>, params?: Params): T => {
    let query = queries.get(name)
    if (!query) {
      query = compileQuery(client, build(preparing, 'sqlite'), name)
      queries.set(name, query)
    }
    return query(params) as T
  }
  const writer = (allow: () => void): Writer => {
    const prepare = (text: string) => {
      allow()
      return statement(text)
    }
    const db = drizzle({ client: { prepare } as unknown as Database }) as unknown as Writer
    return {
      dialect: 'sqlite',
      select: db.select.bind(db),
      selectDistinct: db.selectDistinct.bind(db),
      insert: db.insert.bind(db),
      update: db.update.bind(db),
      delete: db.delete.bind(db),
      async rows<T>(query: SQL) {
        const { text, params } = compile(query)
        return prepare(text).all(...params) as T[]
      },
      async execute(query) {
        const { text, params } = compile(query)
        prepare(text).run(...params)
      },
      async addRows(table, columns, rows) {
        const names = columns.map((column) => `"${column}"`).join(', ')
        const places = columns.map(() => '?').join(', ')
        const insert = prepare(`insert into "${table}" (${names}) values (${places})`)
        const hasTimes = rows.some((row) => row.some((value) => value instanceof Date))
        for (const row of rows) insert.run(...((hasTimes ? row.map(bindable) : row) as SQLQueryBindings[]))
      },
      async prepared<T>(name: string, build: Build<T>, params?: Params) {
        allow()
        return ask(name, build, params)
      },
    } satisfies Writer
  }
  // Prepared queries outlive the transaction that built them, so they are built over the connection itself.
  const preparing = createPreparing(client)
  return { client, statement, ask, writer, close: () => client.close() }
}
