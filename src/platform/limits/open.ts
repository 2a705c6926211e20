import { join } from 'node:path'
import { AppError } from '../../core/errors'
import type { Logger, Meter } from '../../core/module'
import type { Principal } from '../../core/principal'
import { turnEnd } from '../../core/turn'
import type { Told } from '../../core/within'
import type { Config } from '../config/settings'
import type { Storage } from '../storage/storage'
import { createAddresses } from './addresses'
import { tooCostly, usageOf } from './answers'
import { Charge, type Counting } from './charge'
import { openSharedStore } from './failover'
import type { Limits } from './limits'
import { openPostgresStore } from './postgres-store'
import { openSqliteStore } from './sqlite-store'
import type { Store, Taken } from './store'
import { getPlan, type Plan } from './tiers'
import { createWatch } from './watch'

export interface LimitsParts {
  config: Pick<Config, 'DATA_DIR' | 'REDIS_URL'>
  storage: Storage
  meter: Meter
  log: Logger
  /** `Date.now` itself leaves Postgres and Redis their own clocks; anything else is a test's clock and counts everywhere. */
  now: () => number
}

/** Opens quotas where the configuration says: Redis with the database behind it, Postgres, or `limits.db` in the data folder. */
export async function openLimits(parts: LimitsParts): Promise<Limits> {
  const { config, storage, log, now } = parts
  const clock = now === Date.now ? undefined : now
  const database =
    storage.dialect === 'postgres'
      ? openPostgresStore(storage, clock)
      : openSqliteStore(join(config.DATA_DIR ?? './data', 'limits.db'), now)
  const shared = config.REDIS_URL
    ? await openSharedStore({ url: config.REDIS_URL, behind: database, log, clock })
    : undefined
  return createLimits(parts, shared ?? database, shared?.isDown ?? (() => false))
}

const unlimited: Taken = { admitted: true, at: 0, used: [], leaves: [], freeAt: 0, blocking: -1 }
const noPlan: Plan = { spans: [], policy: '', least: Number.POSITIVE_INFINITY }

/** True for callers of whom nothing is counted. Those without a credential are held by the limit per address. */
const isFree = (principal: Principal, plan: Plan) => principal.kind === 'anonymous' || plan.spans.length === 0

/** What is not counted goes on when what is counted does: what came together is read together. */
function admitUncounted(told: Told): void {
  const end = turnEnd()
  if (end) end.then(() => told.end(null))
  else told.end(null)
}

/** What is told when nothing can be counted; why that is so goes into the log, once in ten seconds. */
function createUncountable({ log, now }: LimitsParts): (cause: unknown) => AppError {
  let told = Number.NEGATIVE_INFINITY
  return (cause) => {
    const time = now()
    if (Math.abs(time - told) >= 10_000) {
      told = time
      log.warn('quotas cannot be counted right now: calls are refused', { cause })
    }
    return new AppError('unavailable', 'Quotas cannot be counted right now: try again', {
      retryAfter: 1,
      cause,
    })
  }
}

function createLimits(parts: LimitsParts, store: Store, isDown: () => boolean): Limits {
  const counting: Counting = { watch: createWatch(parts.meter), uncountable: createUncountable(parts) }
  const limits: Limits = {
    take: (principal, cost, teller) =>
      new Promise((end, fail) => limits.tell(principal, cost, { end: end as Told['end'], fail }, teller)),
    tell(principal, cost, told, teller) {
      const plan = getPlan(principal)
      if (isFree(principal, plan) || cost <= 0) return admitUncounted(told)
      const hopeless = tooCostly(principal, plan, cost)
      if (hopeless) return told.fail(hopeless)
      store.tell(new Charge(counting, principal, plan, cost, told, teller))
    },
    async usage(principal) {
      const plan = getPlan(principal)
      if (isFree(principal, plan)) return usageOf(principal, noPlan, unlimited)
      const asked = store.take({ owner: principal.id, cost: 0, spans: plan.spans })
      const taken = await asked.catch((cause) => {
        throw counting.uncountable(cause)
      })
      return usageOf(principal, plan, taken)
    },
    takeAddress: createAddresses(parts.now),
    async check() {
      try {
        await store.ping()
      } catch {
        return { status: 'unhealthy', detail: 'quotas cannot be counted' }
      }
      if (!isDown()) return { status: 'healthy' }
      return { status: 'degraded', detail: 'Redis does not answer: quotas are counted in the database' }
    },
    prune: () => store.prune(),
    close: () => store.close(),
  }
  return limits
}
