import type { Database, SQLQueryBindings, Statement } from 'bun:sqlite'
import type { LocalConnection, LocalStatement, LocalValue } from '../../../core/local-database'

/** A connection as programs see it. `client` has its pragmas set. */
export function createLocalConnection(client: Database, path: string): LocalConnection {
  const kept = new Map<string, LocalStatement<unknown>>()
  return {
    path,
    statement<T>(sql: string) {
      let found = kept.get(sql)
      if (!found) {
        found = statementOf(client.prepare(sql))
        kept.set(sql, found)
      }
      return found as LocalStatement<T>
    },
    script: (sql) => void client.run(sql),
    transaction: (work) => (client.inTransaction ? work() : transact(client, work)),
  }
}

function statementOf(statement: Statement): LocalStatement<unknown> {
  const bound = (values: LocalValue[]) => values as SQLQueryBindings[]
  return {
    all: (...values) => statement.all(...bound(values)),
    get: (...values) => statement.get(...bound(values)),
    values: (...values) => statement.values(...bound(values)),
    iterate: (...values) => statement.iterate(...bound(values)) as IterableIterator<unknown>,
    run(...values) {
      const { changes, lastInsertRowid } = statement.run(...bound(values))
      return { changes, lastId: Number(lastInsertRowid) }
    },
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
