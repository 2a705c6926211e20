import type { Window } from '../../core/principal'
import type { Edge } from './reckon'
import type { Row, SqliteLog } from './sqlite-log'
import type { Span, Taken } from './store'

/** What is remembered of one owner: the last row, and each window's edge since it was last looked up. */
export interface Account {
  /** 0 until the owner has a row. */
  id: number
  last: Row
  /** The last row is not in the file yet: calls that are counted together share its writing. */
  unsaved: boolean
  edges: Partial<Record<Window, SlidingEdge>>
  /** Of the turn that is being counted, while no other plan of the owner's is counted after them. */
  together: Together | undefined
}

/** Calls of one owner and plan that are counted together: all are told what the last of them left. */
export interface Together {
  taken: Taken
  spans: readonly Span[]
}

interface SlidingEdge extends Edge {
  /** When the newest call outside was made; -1 for none. */
  leftAt: number
  /** The second whose row is `oldest`. */
  oldestSecond: number
}

/** Owners whose state is kept in memory. Others are read again from the file. */
const capacity = 5000

const noRow: Row = { second: -1, at: -1, total: 0 }

function loadAccount(log: SqliteLog, owner: string): Account {
  const id = log.owner.get(owner)?.id ?? 0
  return {
    id,
    last: (id > 0 && log.last.get(id)) || { ...noRow },
    unsaved: false,
    edges: {},
    together: undefined,
  }
}

/** Writes what is in memory alone; whoever reads the owner's rows asks for it first. */
export function save(log: SqliteLog, account: Account): void {
  if (!account.unsaved) return
  const { second, at, total } = account.last
  log.append.run(account.id, second, at, total)
  account.unsaved = false
}

/** The least recently used owners fall out. All of it is void as soon as another connection has written. */
export function createAccounts(log: SqliteLog) {
  const accounts = new Map<string, Account>()
  const forgetOldest = () => {
    const [owner, account] = accounts.entries().next().value!
    save(log, account)
    accounts.delete(owner)
  }
  return {
    get(owner: string): Account {
      const known = accounts.get(owner)
      // While all of them have room, nobody has to be the least recent.
      if (known && accounts.size < capacity / 2) return known
      if (known) accounts.delete(owner)
      const account = known ?? loadAccount(log, owner)
      if (accounts.size >= capacity) forgetOldest()
      accounts.set(owner, account)
      return account
    },
    clear: () => accounts.clear(),
  }
}

function findEdge(log: SqliteLog, account: Account, until: number): SlidingEdge {
  save(log, account)
  const left = log.lastUntil.get(account.id, Math.floor(until / 1000), until) ?? noRow
  const oldest = log.firstAfter.get(account.id, left.second)
  return {
    left: left.total,
    leftAt: left.at,
    oldest: oldest?.at ?? Infinity,
    oldestSecond: oldest?.second ?? -1,
  }
}

/** The window's edge at `time`: from memory until its oldest row leaves, or the clock is set back past its newest that left. */
export function edgeAt(log: SqliteLog, account: Account, span: Span, time: number): Edge {
  const until = time - span.seconds * 1000
  const known = account.edges[span.name]
  if (known && known.oldest > until && known.leftAt <= until) return known
  const edge = findEdge(log, account, until)
  account.edges[span.name] = edge
  return edge
}

/** Adds `cost` calls made at `time`, which is never before the last row. Calls of one second share a row. */
export function append(log: SqliteLog, account: Account, owner: string, cost: number, time: number): void {
  const second = Math.floor(time / 1000)
  if (account.id === 0) account.id = Number(log.addOwner.run(owner).lastInsertRowid)
  const { last } = account
  if (second !== last.second) save(log, account)
  account.unsaved = true
  last.second = second
  last.at = time
  last.total += cost
  for (const name in account.edges) {
    const edge = account.edges[name as Window]!
    if (edge.oldest !== Infinity && edge.oldestSecond !== second) continue
    edge.oldest = time
    edge.oldestSecond = second
  }
}
