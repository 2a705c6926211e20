import type { Database, SQLQueryBindings, Statement } from 'bun:sqlite'
import type { LocalConnection, LocalStatement, LocalValue } from '../../../core/local-database'
import { createEffort, type Effort } from './effort'

/** A connection as programs see it. `client` has its pragmas set. Rows that statements give count as work. */
export function createLocalConnection(
  client: Database,
  path: string,
  effort: Effort = createEffort(),
): LocalConnection {
  const kept = new Map<string, LocalStatement<unknown>>()
  return {
    path,
    statement<T>(sql: string) {
      let found = kept.get(sql)
      if (!found) {
        found = statementOf(client.prepare(sql), effort)
        kept.set(sql, found)
      }
      return found as LocalStatement<T>
    },
    script: (sql) => void client.run(sql),
    transaction: (work) => (client.inTransaction ? work() : transact(client, work)),
    spend: effort.spend,
    expect: effort.expect,
  }
}

function statementOf(statement: Statement, { spend }: Effort): LocalStatement<unknown> {
  const bound = (values: LocalValue[]) => values as SQLQueryBindings[]
  const counted = <T>(rows: T[]) => {
    spend(rows.length)
    return rows
  }
  const run = (values: LocalValue[]) => {
    const { changes, lastInsertRowid } = statement.run(bound(values))
    return { changes, lastId: Number(lastInsertRowid) }
  }
  return {
    all: (...values) => counted(statement.all(...bound(values))),
    get(...values) {
      spend(1)
      return statement.get(...bound(values))
    },
    values: (...values) => counted(statement.values(...bound(values))),
    *iterate(...values) {
      for (const row of statement.iterate(...bound(values))) {
        spend(1)
        yield row
      }
    },
    run: (...values) => run(values),
    runWith: run,
  }
}

function transact<T>(client: Database, work: () => T): T {
  client.run('begin immediate')
  try {
    const result = work()
    client.run('commit')
    return result
  } catch (error) {
    // A full disk has taken it back already.
    if (client.inTransaction) client.run('rollback')
    throw error
  }
}
