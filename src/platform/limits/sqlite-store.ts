import { turnEnd } from '../../core/turn'
import { type Edge, type FindFree, reckon } from './reckon'
import { type Account, append, createAccounts, edgeAt, save } from './sqlite-accounts'
import { openSqliteLog, type SqliteLog } from './sqlite-log'
import { pruneSqlite } from './sqlite-prune'
import { type Ask, type Asking, answerAll, failAll, type Store, type Taken, takeBy } from './store'

/** When an exceeded window has room: by bisecting its seconds for the row that brings the total to what must leave. */
function findFree(log: SqliteLog, account: Account): FindFree {
  return (span, edge, needed) => {
    if (needed === edge.left + 1) return edge.oldest + span.seconds * 1000
    save(log, account)
    let low = Math.floor(edge.oldest / 1000)
    let high = account.last.second
    let found = account.last
    while (low <= high) {
      const middle = low + Math.floor((high - low) / 2)
      const row = log.lastUntil.get(account.id, middle, Number.MAX_SAFE_INTEGER)
      if (row && row.total >= needed) {
        found = row
        high = row.second - 1
      } else low = middle + 1
    }
    return found.at + span.seconds * 1000
  }
}

/** Counts a call with those of its owner that this turn counted, while every window has room; their answer is its own. */
function takeAlong(log: SqliteLog, account: Account, { owner, cost, spans }: Ask): Taken | undefined {
  const { together, last } = account
  if (cost <= 0 || together?.spans !== spans) return undefined
  const { used } = together.taken
  for (let index = 0; index < spans.length; index++)
    if (used[index]! + cost > spans[index]!.limit) return undefined
  for (let index = 0; index < spans.length; index++) used[index]! += cost
  append(log, account, owner, cost, last.at)
  return together.taken
}

/** Takes what is asked for, and forgets what it knows when another process has written. */
function createTaking(log: SqliteLog, now: () => number) {
  const accounts = createAccounts(log)
  const changed = new Set<Account>()
  let version = -1

  /** Of the ask that is being reckoned. */
  const edges: Edge[] = []

  function takeOne(ask: Ask, at: number): Taken {
    const account = accounts.get(ask.owner)
    const shared = takeAlong(log, account, ask)
    if (shared) return shared
    // A clock that was set back stands still until it has caught up: nothing is forgotten, nothing is free early.
    const time = Math.max(at, account.last.at)
    edges.length = 0
    for (const span of ask.spans) edges.push(edgeAt(log, account, span, time))
    const taken = reckon(ask, at, account.last.total, edges, findFree(log, account))
    if (taken.admitted && ask.cost > 0) {
      append(log, account, ask.owner, ask.cost, time)
      changed.add(account)
      for (let index = 0; index < edges.length; index++) {
        taken.used[index]! += ask.cost
        taken.leaves[index] = edges[index]!.oldest + ask.spans[index]!.seconds * 1000
      }
      account.together = { taken, spans: ask.spans }
    }
    return taken
  }

  /** One transaction for all asks of an event-loop turn. */
  function takeAll(asks: readonly Ask[]): Taken[] {
    log.begin.run()
    try {
      const current = log.version()
      if (current !== version) accounts.clear()
      version = current
      const at = now()
      const answers = asks.map((ask) => takeOne(ask, at))
      for (const account of changed) {
        save(log, account)
        account.together = undefined
      }
      log.commit.run()
      return answers
    } catch (error) {
      accounts.clear()
      if (log.db.inTransaction) log.rollback.run()
      throw error
    } finally {
      changed.clear()
    }
  }

  return { takeAll, forget: () => accounts.clear() }
}

/** Quotas in a SQLite file that any number of processes of one machine may share. */
export function openSqliteStore(file: string, now: () => number): Store {
  const log = openSqliteLog(file)
  const { takeAll, forget } = createTaking(log, now)
  let waiting: Asking[] = []

  function flush(): void {
    const asks = waiting
    waiting = []
    let answers: Taken[]
    try {
      answers = takeAll(asks)
    } catch (error) {
      failAll(asks, error)
      return
    }
    answerAll(asks, answers)
  }

  function tell(asking: Asking): void {
    if (waiting.push(asking) > 1) return
    const end = turnEnd()
    if (end) end.then(flush)
    else flush()
  }

  return {
    take: takeBy(tell),
    tell,
    async prune() {
      const removed = await pruneSqlite(log, now())
      forget()
      return removed
    },
    async ping() {
      log.version()
    },
    async close() {
      if (waiting.length > 0) flush()
      log.db.close()
    },
  }
}
