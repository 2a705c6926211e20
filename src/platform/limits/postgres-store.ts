import { AsyncLocalStorage } from 'node:async_hooks'
import { sql } from 'drizzle-orm'
import type { Storage } from '../storage/storage'
import { type Ask, type Asking, answerAll, failAll, type Store, type Taken, takeBy } from './store'

/** Asks in one statement, and statements under way at once. */
const mostAsks = 200
const mostBatches = 2

const parse = <T>(json: unknown) => (typeof json === 'string' ? JSON.parse(json) : json) as T

const encode = ({ owner, cost, spans }: Ask) => ({
  owner,
  cost,
  spans: spans.map(({ seconds, limit }) => [seconds, limit]),
})

/**
 * Quotas in Postgres, decided by a function there that locks the owner's row. Calls that come while others are under way go
 * together in the next statement.
 */
export function openPostgresStore(storage: Storage, clock?: () => number): Store {
  const { system } = storage
  const time = () => clock?.() ?? null
  // A statement carries the calls of many requests: it belongs to the context of none of them.
  const detached = AsyncLocalStorage.snapshot()
  const waiting: Asking[] = []
  let underWay = 0

  async function takeAll(asks: readonly Ask[]): Promise<Taken[]> {
    const list = JSON.stringify(asks.map(encode))
    const [row] = await system.write((tx) =>
      tx.rows<{ answers: unknown }>(
        sql`select holdfast.quota_take(${list}::jsonb, ${time()}::bigint) as answers`,
      ),
    )
    return parse<Taken[]>(row!.answers)
  }

  async function send(): Promise<void> {
    if (underWay >= mostBatches || waiting.length === 0) return
    underWay++
    const asks = waiting.splice(0, mostAsks)
    void send()
    await takeAll(asks).then(
      (answers) => answerAll(asks, answers),
      (error) => failAll(asks, error),
    )
    underWay--
    void send()
  }

  async function prune(): Promise<number> {
    let removed = 0
    for (let after: string | null = ''; after !== null; ) {
      const from: string = after
      const [row] = await system.write((tx) =>
        tx.rows<{ last_owner: string | null; removed: number }>(
          sql`select last_owner, removed from holdfast.quota_prune(${from}, 200, ${time()}::bigint)`,
        ),
      )
      after = row!.last_owner
      removed += Number(row!.removed)
    }
    return removed
  }

  function tell(asking: Asking): void {
    if (waiting.push(asking) === 1) setImmediate(() => detached(send))
  }

  return {
    take: takeBy(tell),
    tell,
    prune,
    async ping() {
      await storage.ping()
    },
    close: async () => {},
  }
}
