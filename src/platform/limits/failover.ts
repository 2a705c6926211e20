import type { Logger } from '../../core/module'
import { openRedisStore } from './redis-store'
import { type Ask, type Store, tellBy } from './store'

/** Milliseconds between two tries to reach Redis again. */
const retryEvery = 1000

interface Shared {
  url: string
  /** Counts while Redis is away. */
  behind: Store
  log: Logger
  clock: (() => number) | undefined
}

/** Redis, and the database's store while Redis does not answer. The two count separately. */
export async function openSharedStore(shared: Shared): Promise<Store & { isDown(): boolean }> {
  const { url, behind, log, clock } = shared
  let redis: Store | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  async function connect(): Promise<void> {
    try {
      const opened = await openRedisStore(url, clock)
      if (closed) return await opened.close()
      redis = opened
      log.info('quotas are counted in Redis')
    } catch {
      retry()
    }
  }
  function retry(): void {
    if (closed) return
    timer = setTimeout(connect, retryEvery)
    timer.unref()
  }
  /** The first of the calls that fail together closes the store; the others find it closed. */
  function fail(failed: Store): void {
    if (redis !== failed) return
    redis = undefined
    log.warn('Redis does not answer: quotas are counted in the database until it does')
    void failed.close()
    retry()
  }
  async function through<T>(call: (store: Store) => Promise<T>): Promise<T> {
    const store = redis
    if (!store) return call(behind)
    try {
      return await call(store)
    } catch {
      fail(store)
      return call(behind)
    }
  }

  const take = (ask: Ask) => through((store) => store.take(ask))

  await connect()
  if (!redis) log.warn('Redis does not answer: quotas are counted in the database until it does')
  return {
    isDown: () => redis === undefined,
    take,
    tell: tellBy(take),
    prune: () => behind.prune(),
    ping: () => through((store) => store.ping()),
    async close() {
      closed = true
      clearTimeout(timer)
      await redis?.close()
      await behind.close()
    },
  }
}
