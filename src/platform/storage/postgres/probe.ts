import type { Sql } from 'postgres'
import { AppError } from '../../../core/errors'
import { connect, disconnect } from './connect'
import { explainFault, isEncryptionRefusal } from './faults'
import { offersTls } from './offers-tls'
import { type Ssl, secondTry, sslFor } from './tls'
import type { Target } from './url'

/** Asks whether the server is there, on a connection of its own: a busy pool is not a dead server. */
export interface Probe {
  /** Milliseconds of one round trip; throws `unavailable` within 2 s. */
  ping(): Promise<number>
  close(): void
}

/** After so many unanswered pings in a row the pool's connections are taken for dead as well. */
const patience = 2

const silent = () =>
  new AppError('unavailable', 'Postgres does not answer', { code: 'database_unavailable', retryAfter: 1 })

const slice = 100

/**
 * Runs the least query there is; throws when the answer takes longer. Time in which this process had no turn does not count: the answer
 * may have come meanwhile and not have been read, and whoever took that for silence would end transactions that are well.
 */
async function ask(sql: Sql, milliseconds: number): Promise<void> {
  let timer: ReturnType<typeof setInterval> | undefined
  const late = new Promise<never>((_, reject) => {
    let left = milliseconds
    timer = setInterval(() => {
      left -= slice
      if (left <= 0) reject(silent())
    }, slice)
  })
  try {
    await Promise.race([sql.unsafe('select 1'), late])
  } finally {
    clearInterval(timer)
  }
}

export function createProbe(target: Target, ssl: Ssl, onSilence: () => void): Probe {
  let sql: Sql | undefined
  let unanswered = 0
  const drop = (which: Sql) => {
    if (sql === which) sql = undefined
    void disconnect(which)
  }
  const once = async () => {
    sql ??= connect(target, ssl)
    const asked = sql
    const started = performance.now()
    try {
      await ask(asked, 1900)
      unanswered = 0
      return performance.now() - started
    } catch (error) {
      drop(asked)
      unanswered = error instanceof AppError ? unanswered + 1 : 0
      if (unanswered > 0 && unanswered % patience === 0) onSilence()
      throw explainFault(error)
    }
  }
  // Those who ask together share one answer: the first to give up would cut off the others in the middle of theirs.
  let underWay: Promise<number> | undefined
  return {
    ping() {
      underWay ??= once().finally(() => {
        underWay = undefined
      })
      return underWay
    },
    close: () => {
      if (sql) drop(sql)
    },
  }
}

/** Connects once, and settles what `sslmode=prefer` and `allow` mean with this server. Throws `unavailable`. */
export async function settleSsl(target: Target): Promise<Ssl> {
  const first = sslFor(target.mode, target.ca)
  const second = secondTry(target.mode)
  try {
    await tryOut(target, first)
    return first
  } catch (error) {
    if (second === undefined || !isEncryptionRefusal(error))
      throw await explainConnecting(target, first, error)
  }
  try {
    await tryOut(target, second)
    return second
  } catch (error) {
    throw explainFault(error)
  }
}

/** A server without TLS hangs up on whoever insists: the driver says no more than that the connection is gone. */
async function explainConnecting(target: Target, ssl: Ssl, error: unknown): Promise<unknown> {
  const fault = explainFault(error)
  if (ssl === false || ssl === 'prefer' || (await offersTls(target)) !== false) return fault
  return new AppError(
    'unavailable',
    `Postgres offers no TLS, but sslmode=${target.mode} asks for it: turn it on in the server, or put sslmode=disable into DATABASE_URL for a server on a network of your own`,
    { code: 'database_unavailable', retryAfter: 1, cause: fault },
  )
}

async function tryOut(target: Target, ssl: Ssl): Promise<void> {
  const sql = connect(target, ssl)
  try {
    await ask(sql, 5000)
  } finally {
    void disconnect(sql)
  }
}
