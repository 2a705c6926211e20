import { AppError } from '../../../core/errors'
import { connect, disconnect } from './connect'
import { createLease, createPreparing, type Lease, type Line } from './lease'
import type { Ssl } from './tls'
import type { Target } from './url'

/** Connections to one server, made when needed. */
export interface Pool {
  /**
   * A connection for one transaction; `unavailable` when none is free in time. A statement after the first that stays unanswered for more than
   * `limit` milliseconds costs the connection.
   */
  take(limit: number): Promise<Lease>
  counts(): { active: number; idle: number; waiting: number }
  /** Milliseconds that the oldest unanswered statement has been waiting; 0 when none is. */
  longestWait(): number
  /** Drops every connection, those in use too: their transactions fail. New ones are made when needed. */
  reset(): void
  /** Drops the connections whose statement has been waiting longer than it may. */
  dropSilent(): void
  /** Waits for running transactions, at most `seconds`, then closes everything. */
  close(seconds: number): Promise<void>
}

/** Milliseconds that a transaction waits for a free connection. */
const patience = 5000
/** Milliseconds after which an unused connection is closed, and a used one replaced. */
const idleTime = 5 * 60_000
const lifetime = 45 * 60_000

interface Member extends Line {
  madeAt: number
  usedAt: number
  drop(error: Error): void
}

/** Milliseconds for connecting and the first statement, which only sets up the transaction. */
const setupTime = 8000

const lostError = () => Object.assign(new Error('the connection was closed'), { code: 'CONNECTION_CLOSED' })

const silentError = () =>
  Object.assign(new Error('the connection does not answer'), { code: 'CONNECTION_SILENT' })

const waited = ({ askedAt }: Line) => (askedAt === undefined ? 0 : performance.now() - askedAt)

const busyError = () =>
  new AppError('unavailable', 'All connections to Postgres are busy: try again', {
    code: 'database_busy',
    retryAfter: 1,
  })

function createMember(target: Target, ssl: Ssl, ongone: (member: Member) => void): Member {
  const drop = (error: Error) => {
    if (member.lost) return
    member.lost = error
    for (const watcher of member.watchers) watcher(error)
    ongone(member)
    void disconnect(member.sql)
  }
  const sql = connect(target, ssl, () => drop(lostError()))
  const member: Member = {
    sql,
    lost: undefined,
    askedAt: undefined,
    limit: setupTime,
    laterLimit: Number.POSITIVE_INFINITY,
    watchers: new Set(),
    madeAt: Date.now(),
    usedAt: Date.now(),
    drop,
  }
  return member
}

export function createPool(target: Target, ssl: Ssl, size: number): Pool {
  const members = new Set<Member>()
  const idle: Member[] = []
  const waiting: ((member: Member) => void)[] = []
  const prepares = createPreparing(target.prepare)
  let closed = false

  const forget = (member: Member) => {
    members.delete(member)
    const at = idle.indexOf(member)
    if (at >= 0) idle.splice(at, 1)
    if (waiting.length > 0 && !closed) waiting.shift()!(add())
  }
  const add = (): Member => {
    const member = createMember(target, ssl, forget)
    members.add(member)
    return member
  }
  const give = (member: Member) => {
    if (member.lost) return
    member.usedAt = Date.now()
    if (closed || member.usedAt - member.madeAt > lifetime) return member.drop(lostError())
    const next = waiting.shift()
    if (next) next(member)
    else idle.push(member)
  }
  const find = (): Promise<Member> | Member => {
    if (closed) throw new AppError('unavailable', 'The database is closed')
    return idle.pop() ?? (members.size < size ? add() : wait(waiting))
  }
  const sweep = setInterval(() => {
    for (const member of idle.filter(({ usedAt }) => Date.now() - usedAt > idleTime)) member.drop(lostError())
  }, 30_000)
  sweep.unref()

  return {
    async take(limit) {
      const member = await find()
      Object.assign(member, { limit: setupTime, laterLimit: limit, askedAt: undefined })
      return createLease(member, prepares, () => give(member))
    },
    counts: () => ({ active: members.size - idle.length, idle: idle.length, waiting: waiting.length }),
    longestWait: () => Math.max(0, ...[...members].map(waited)),
    reset: () => {
      for (const member of [...members]) member.drop(lostError())
    },
    dropSilent: () => {
      for (const member of [...members]) if (waited(member) > member.limit) member.drop(silentError())
    },
    async close(seconds) {
      clearInterval(sweep)
      const deadline = Date.now() + seconds * 1000
      while (members.size > idle.length && Date.now() < deadline) await Bun.sleep(5)
      closed = true
      for (const member of [...members]) member.drop(lostError())
    },
  }
}

/** The next connection that is given back. */
function wait(waiting: ((member: Member) => void)[]): Promise<Member> {
  return new Promise((resolve, reject) => {
    const turn = (member: Member) => {
      clearTimeout(timer)
      resolve(member)
    }
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(turn), 1)
      reject(busyError())
    }, patience)
    waiting.push(turn)
  })
}
