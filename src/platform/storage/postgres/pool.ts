import postgres, { type Sql } from 'postgres'
import { AppError } from '../../../core/errors'
import { createLease, createPreparing, type Lease } from './lease'
import type { Ssl } from './tls'
import type { Target } from './url'

/** Connections to one server. */
export interface Pool {
  readonly options: Sql['options']
  /** A connection for one transaction; `unavailable` when none is free in time. */
  take(): Promise<Lease>
  counts(): { active: number; idle: number; waiting: number }
  /** Waits for running transactions, at most `seconds`, then closes everything. */
  close(seconds: number): Promise<void>
}

/** Seconds that connecting may take. */
const connectSeconds = 5
/** Milliseconds that a transaction waits for a free connection. */
const patience = 5000

// The query builder reads times and JSON from text itself; read twice, the JSON string "1" would become the number 1.
const asText = {
  to: 3802,
  from: [114, 3802],
  serialize: (value: unknown) => value as string,
  parse: (text: string) => text,
}
// Whole numbers beyond 2^53 do not occur in our columns; sums of them come as numeric.
const asNumber = { to: 20, from: [20, 1700], serialize: String, parse: Number }

export function connect(target: Target, ssl: Ssl, max: number, onclose?: () => void): Sql {
  return postgres({
    host: target.host.startsWith('/') ? undefined : target.host,
    path: target.host.startsWith('/') ? `${target.host}/.s.PGSQL.${target.port}` : undefined,
    port: target.port,
    database: target.database,
    user: target.user,
    pass: target.password,
    password: target.password,
    ssl,
    max,
    prepare: target.prepare,
    connect_timeout: connectSeconds,
    idle_timeout: 300,
    keep_alive: 15,
    backoff: () => 0.05,
    // Without it the driver never hands out the first connection that `reserve` has opened.
    fetch_types: true,
    target_session_attrs: target.targetSession as 'primary' | undefined,
    connection: target.startup,
    types: { json: asText, bigint: asNumber },
    onnotice: () => {},
    onclose,
  })
}

export function createPool(target: Target, ssl: Ssl, size: number): Pool {
  const sql = connect(target, ssl, size)
  const prepares = createPreparing(target.prepare)
  let active = 0
  let waiting = 0

  const lease = async (): Promise<Lease> => {
    waiting++
    try {
      const held = createLease(await inTime(sql), prepares)
      active++
      const release = held.release
      held.release = () => {
        active--
        release()
      }
      return held
    } finally {
      waiting--
    }
  }
  return {
    options: sql.options,
    take: lease,
    counts: () => ({ active, idle: Math.max(0, size - active), waiting }),
    async close(seconds) {
      const deadline = Date.now() + seconds * 1000
      while (active > 0 && Date.now() < deadline) await Bun.sleep(10)
      await sql.end({ timeout: active > 0 ? 0 : 1 })
    },
  }
}

/** A reserved connection; one that comes too late goes straight back. */
async function inTime(sql: Sql) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let late = false
  const reserved = sql.reserve()
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true
      reject(
        new AppError('unavailable', 'All connections to Postgres are busy: try again', {
          code: 'database_busy',
          retryAfter: 1,
        }),
      )
    }, patience)
  })
  reserved.then(
    (held) => late && held.release(),
    () => {},
  )
  try {
    return await Promise.race([reserved, timeout])
  } finally {
    clearTimeout(timer)
  }
}
