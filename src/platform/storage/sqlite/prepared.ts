import type { Database, SQLQueryBindings, Statement } from 'bun:sqlite'
import { is, Param, Placeholder } from 'drizzle-orm'
import { SQLiteBunSession } from 'drizzle-orm/bun-sqlite/session'
import { BaseSQLiteDatabase, SQLiteSyncDialect } from 'drizzle-orm/sqlite-core'
import type { Preparable, Select } from '../../../core/storage'
import { areMembers, compileMapper, type Selected } from './row-mapper'

export type Params = Record<string, unknown>

/** A drizzle query compiled down to a statement, what binds its parameters, and what makes objects of its rows. */
export type CompiledQuery = (params?: Params) => unknown

/**
 * SQLite plans a statement anew each time when a parameter stands bare where its value could change the plan (`limit ?`, `owner = ?` with an
 * order): half of the time that a page of ten entries takes. Behind a plus its value is none of the planner's business.
 */
class SteadyDialect extends SQLiteSyncDialect {
  override escapeParam(): string {
    return '+?'
  }
}

/** Where queries that stay prepared are built. */
export function createPreparing(client: Database): Select {
  const dialect = new SteadyDialect()
  const session = new SQLiteBunSession(client, dialect, undefined)
  return new BaseSQLiteDatabase('sync', dialect, session, undefined) as unknown as Select
}

/** The parts of drizzle's prepared query that are used here. */
interface Built {
  readonly fields?: readonly Selected[]
  getQuery(): { sql: string; params: unknown[] }
  all(params?: Params): unknown
}

/** Compiles a query built over `client`. What is nested (joins) is left to drizzle. */
export function compileQuery(client: Database, query: Preparable<unknown>, name: string): CompiledQuery {
  const built = query.prepare(name) as unknown as Built
  const { fields } = built
  const mapper = compileMapper(fields)
  if (!fields || !mapper) return (params) => built.all(params)
  const { sql, params } = built.getQuery()
  const statement: Statement = client.prepare(sql)
  const bindings = params.map(bindingOf)
  if (areMembers(fields, statement.columnNames))
    return (given = {}) => statement.all(...bound(bindings, given))
  return (given = {}) => mapper(statement.values(...bound(bindings, given)))
}

/** A loop, for a closure would be made anew for each question. */
function bound(bindings: readonly Binding[], given: Params): SQLQueryBindings[] {
  const values: SQLQueryBindings[] = []
  for (const bind of bindings) values.push(bind(given))
  return values
}

type Binding = (given: Params) => SQLQueryBindings

/** A placeholder is filled from what is given, through the encoder of its column where it has one. */
function bindingOf(param: unknown): Binding {
  if (is(param, Placeholder)) return ({ [param.name]: value }) => present(value, param.name)
  if (is(param, Param) && is(param.value, Placeholder)) {
    const { name } = param.value
    return ({ [name]: value }) => param.encoder.mapToDriverValue(present(value, name)) as SQLQueryBindings
  }
  return () => param as SQLQueryBindings
}

function present(value: unknown, name: string): SQLQueryBindings {
  if (value === undefined) throw new Error(`No value for placeholder "${name}" was provided`)
  return value as SQLQueryBindings
}
