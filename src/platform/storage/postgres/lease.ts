import type { PendingQuery, ReservedSql, Row, RowList } from 'postgres'

type Rows = RowList<Row[]>

/** A running query: rows as objects, or as arrays for the query builder. */
export interface Running extends PromiseLike<Rows> {
  values(): Promise<unknown>
}

/** One connection of the pool, held for one transaction. */
export interface Lease {
  /** A statement with parameters. */
  query(text: string, params: unknown[]): Running
  /** A script without parameters, sent in one message. */
  script(text: string): Promise<{ command: string }[]>
  /** Set when the connection is gone: nothing more can be sent. */
  readonly lost: Error | undefined
  /** No statement may follow; the connection itself stays held. */
  finish(): void
  /** Gives the connection back to the pool. */
  release(): void
}

/** The part of the driver's connection that this file looks at. */
interface Connection {
  onclose?: ((error: Error) => void) | null
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

/**
 * Wraps a reserved connection. The driver writes to the closed socket of a connection that was lost while reserved, which
 * would end the process; so its `onclose` is watched and nothing is sent after it.
 */
export function createLease(reserved: ReservedSql, prepares: (text: string) => boolean): Lease {
  let lost: Error | undefined
  let finished = false
  let fail: (error: Error) => void = () => {}
  const broken = new Promise<never>((_, reject) => {
    fail = reject
  })
  broken.catch(() => {})

  const onexecute = (connection: Connection) => {
    connection.onclose = (error) => {
      lost = error
      fail(error)
    }
    return true
  }
  const check = () => {
    if (lost) throw lost
    if (finished) throw new Error('the transaction is over: await every statement inside of it')
  }
  const unsafe = (text: string, params: unknown[], options: object) =>
    reserved.unsafe(text, params as never[], options) as PendingQuery<Row[]>
  const race = <T>(query: PromiseLike<T>) => Promise.race([query, broken])

  return {
    query(text, params) {
      check()
      const pending = unsafe(text, params, { prepare: prepares(text), simple: false })
      return {
        // biome-ignore lint/suspicious/noThenProperty: the query builder awaits it like the driver's own
        then: (done, failed) => race(pending).then(done, failed),
        values: () => race(pending.values()),
      }
    },
    async script(text) {
      if (lost) throw lost
      const result = await race(unsafe(text, [], { onexecute }) as PromiseLike<unknown>)
      return (Array.isArray((result as unknown[])[0]) ? result : [result]) as { command: string }[]
    },
    get lost() {
      return lost
    },
    finish: () => {
      finished = true
    },
    release() {
      if (!lost) reserved.release()
    },
  }
}
