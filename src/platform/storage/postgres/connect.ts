import { connect as dial, type Socket } from 'node:net'
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

/** The sockets of one client. */
interface Sockets {
  open(): Socket
  destroy(): void
}

/**
 * The driver makes a connection again behind a client that was ended while it was still connecting, and nobody ever closes that one: so the
 * sockets are made here, and none once the client is to be gone.
 */
function createSockets({ host, port }: Target): Sockets {
  const made = new Set<Socket>()
  let gone = false
  return {
    open() {
      if (gone) throw Object.assign(new Error('the connection was closed'), { code: 'CONNECTION_CLOSED' })
      for (const old of made) if (old.destroyed) made.delete(old)
      const socket = host.startsWith('/') ? dial(`${host}/.s.PGSQL.${port}`) : dial(port, host)
      made.add(socket)
      // The driver reads the name for the certificate from it.
      return Object.assign(socket, { host })
    },
    destroy() {
      gone = true
      for (const socket of made) socket.destroy()
    },
  }
}

const socketsOf = new WeakMap<Sql, Sockets>()

/**
 * One connection, made with the first statement. The driver would replace a lost connection in silence, in the middle of a
 * transaction: whoever uses this must stop at `onclose` and throw the whole client away.
 */
export function connect(target: Target, ssl: Ssl, onclose?: () => void): Sql {
  const sockets = createSockets(target)
  const sql = postgres({
    host: target.host,
    port: target.port,
    socket: () => sockets.open(),
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
  } as object) as unknown as Sql
  socketsOf.set(sql, sockets)
  return sql
}

/** Hangs up at once; whatever still runs fails. */
export async function disconnect(sql: Sql): Promise<void> {
  await sql.end({ timeout: 0 }).catch(() => {})
  socketsOf.get(sql)?.destroy()
}
