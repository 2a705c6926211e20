import postgres, { type Sql } from 'postgres'
import type { Ssl } from './tls'
import type { Target } from './url'

/** Seconds that connecting may take. */
const connectSeconds = 5

// The query builder reads JSON from text itself; read twice, the JSON string "1" would become the number 1.
const jsonAsText = {
  to: 3802,
  from: [114, 3802],
  serialize: (value: unknown) => value,
  parse: (text: string) => text,
}
const timeAsText = {
  to: 1184,
  from: [1082, 1083, 1114, 1184],
  serialize: (value: unknown) => value,
  parse: (text: string) => text,
}
// Whole numbers beyond 2^53 do not occur in our columns; sums of them come as numeric.
const bigAsNumber = { to: 20, from: [20, 1700], serialize: String, parse: Number }

/**
 * One connection, made with the first statement. The driver would replace a lost connection in silence, in the middle of a
 * transaction: whoever uses this must stop at `onclose` and throw the whole client away.
 */
export function connect(target: Target, ssl: Ssl, onclose?: () => void): Sql {
  const socket = target.host.startsWith('/')
  return postgres({
    host: socket ? undefined : target.host,
    path: socket ? `${target.host}/.s.PGSQL.${target.port}` : undefined,
    port: target.port,
    database: target.database,
    user: target.user,
    password: target.password,
    ssl,
    max: 1,
    prepare: target.prepare,
    connect_timeout: connectSeconds,
    // Both would hang up between two statements of one transaction; the pool does it between transactions.
    idle_timeout: undefined,
    max_lifetime: null,
    keep_alive: 15,
    backoff: () => 0.05,
    fetch_types: false,
    target_session_attrs: target.targetSession as 'primary' | undefined,
    connection: target.startup,
    types: { json: jsonAsText, date: timeAsText, bigint: bigAsNumber } as never,
    onnotice: () => {},
    onclose,
  }) as unknown as Sql
}

/** Hangs up at once; whatever still runs fails. */
export function disconnect(sql: Sql): Promise<void> {
  return sql.end({ timeout: 0 }).catch(() => {})
}
