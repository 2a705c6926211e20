import type { Row, RowList, Sql } from 'postgres'

type Rows = RowList<Row[]>

/** A running statement: rows as objects, or as arrays for the query builder. */
export interface Running extends PromiseLike<Rows> {
  values(): Promise<unknown>
}

/** One connection of the pool, held for one transaction. */
export interface Lease {
  /** A statement with parameters. One after the other, in the order of the calls. */
  query(text: string, params: unknown[]): Running
  /** A script without parameters, sent at once in one message. */
  script(text: string): Promise<{ command: string }[]>
  /** No statement of the caller may follow. */
  finish(): void
  /** Gives the connection back to the pool. */
  release(): void
}

/** A connection that tells when it is gone. */
export interface Line {
  readonly sql: Sql
  lost: Error | undefined
  /** When the statement that is under way was sent, in ms of `performance.now()`; undefined while none is. */
  askedAt: number | undefined
  /** Milliseconds that the statement under way may stay unanswered, and those after the first one of the transaction. */
  limit: number
  laterLimit: number
  /** Called when the connection is gone. */
  readonly watchers: Set<(error: Error) => void>
}

/** Settles as `sent` does, or fails when the connection is gone: the driver forgets some statements then. */
function onLine<T>(line: Line, sent: PromiseLike<T>): Promise<T> {
  const { watchers } = line
  line.askedAt ??= performance.now()
  return new Promise((resolve, reject) => {
    const answered = () => {
      watchers.delete(reject)
      line.limit = line.laterLimit
      line.askedAt = watchers.size > 0 ? performance.now() : undefined
    }
    watchers.add(reject)
    sent.then(
      (value) => {
        answered()
        resolve(value)
      },
      (error) => {
        answered()
        reject(error)
      },
    )
  })
}

/**
 * Wraps a connection for one transaction. Nothing is sent once it is lost, and each statement waits for the one before it: the
 * driver would run what is still queued on a new connection, outside of the transaction.
 */
export function createLease(line: Line, prepares: (text: string) => boolean, release: () => void): Lease {
  let finished = false
  let tail: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(send: () => PromiseLike<T>): Promise<T> => {
    const turn = tail.then(() => {
      if (line.lost) throw line.lost
      if (finished) throw new Error('the transaction is over: await every statement inside of it')
      return onLine(line, send())
    })
    tail = turn.then(
      () => {},
      () => {},
    )
    return turn
  }
  return {
    query(text, params) {
      const pending = () =>
        line.sql.unsafe<Row[]>(text, params as never[], { prepare: prepares(text), simple: false } as object)
      return {
        // biome-ignore lint/suspicious/noThenProperty: the query builder awaits it like the driver's own
        then: (done, failed) => inTurn(pending).then(done as never, failed),
        values: () => inTurn(() => pending().values()),
      }
    },
    async script(text) {
      if (line.lost) throw line.lost
      const result: unknown = await onLine<unknown>(line, line.sql.unsafe(text))
      return (Array.isArray((result as unknown[])[0]) ? result : [result]) as { command: string }[]
    },
    finish: () => {
      finished = true
    },
    release,
  }
}

/** Longer texts, and those beyond the first so many, are not kept prepared on every connection. */
const longestPrepared = 4000
const mostPrepared = 1000

/** Decides which statements are kept prepared on the server's side. */
export function createPreparing(allowed: boolean): (text: string) => boolean {
  const known = new Set<string>()
  return (text) => {
    if (!allowed || text.length > longestPrepared) return false
    if (known.has(text)) return true
    if (known.size >= mostPrepared) return false
    known.add(text)
    return true
  }
}
