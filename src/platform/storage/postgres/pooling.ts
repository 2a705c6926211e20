import type { Sql } from 'postgres'
import { connect, disconnect } from './connect'
import { settleSsl } from './probe'
import { parseTarget } from './url'

/** What stands between this process and Postgres. */
export interface Pooling {
  /** Each transaction may get another server connection. */
  byTransaction: boolean
  /** Statements are prepared, as the URL stands. */
  prepares: boolean
  /** A prepared statement ran on another server connection as well. Only asked behind a transaction pooler that statements are prepared for. */
  prepared?: 'works' | 'fails'
  host: string
}

/**
 * Finds a transaction pooler by what it does: a connection that has just ended its transaction lends its server connection to the next
 * one, and gets another while that one's transaction is open. Throws where the server cannot be reached.
 */
export async function observePooling(url: string, ca: string | undefined): Promise<Pooling> {
  const target = parseTarget(url, ca)
  const ssl = await settleSsl(target)
  const [first, second] = [connect(target, ssl), connect(target, ssl)]
  const { host, prepare: prepares } = target
  try {
    const before = await backendOf(first, prepares)
    await second.unsafe('begin read only')
    await backendOf(second, false)
    const after = await backendOf(first, prepares)
    const byTransaction = after === undefined || after !== before
    if (!byTransaction || !prepares) return { byTransaction, prepares, host }
    return { byTransaction, prepares, prepared: after === undefined ? 'fails' : 'works', host }
  } finally {
    await Promise.all([disconnect(first), disconnect(second)])
  }
}

/** invalid_sql_statement_name, duplicate_prepared_statement, in_failed_sql_transaction */
const lostStatement = new Set(['26000', '42P05', '25P02'])

/** The process that serves this connection now; undefined when the statement, prepared before, is unknown to it. */
async function backendOf(sql: Sql, prepare: boolean): Promise<number | undefined> {
  // The driver would prepare it once more behind our back, which in a transaction is too late.
  if (prepare) await sql.unsafe('begin read only')
  // `simple` is missing in the driver's types; without parameters it would be true, and nothing prepared.
  const asked = { prepare, simple: !prepare }
  try {
    const [row] = await sql.unsafe('select pg_backend_pid() as pid', [], asked as never)
    return row!.pid as number
  } catch (error) {
    if (lostStatement.has((error as { code?: string }).code ?? '')) return undefined
    throw error
  } finally {
    if (prepare) await sql.unsafe('rollback')
  }
}
