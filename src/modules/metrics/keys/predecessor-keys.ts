import type { LocalConnection } from '../../../core/local-database'
import type { SenderKey } from '../../../core/module'

/** What the predecessor gave every key; nothing of it set another, so it is no choice: `METRICS_RATE_LIMIT` holds in its place. */
const defaultLimit = 1000

/** Keys of a file that the predecessor wrote. None in a file of our own. */
export const predecessorKeys = (db: LocalConnection): SenderKey[] =>
  db.statement(`select 1 from pragma_table_info('api_keys') where name = 'key_hash'`).get()
    ? senderKeys(db.statement<Record<string, unknown>>('select * from api_keys').all())
    : []

/** Rows of its `api_keys` as keys of ours; none of those that were disabled. It kept plain SHA-256, as we do. */
export const senderKeys = (rows: readonly Record<string, unknown>[]): SenderKey[] =>
  rows.flatMap(({ key_hash: hash, service_name: service, is_active, rate_limit }) => {
    if (!Number(is_active) || typeof service !== 'string') return []
    if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) return []
    const limit = Number(rate_limit)
    const own = rate_limit != null && Number.isSafeInteger(limit) && limit !== defaultLimit
    return [{ hash, service, ...(own && { limit: Math.min(Math.max(limit, 1), 100_000_000) }) }]
  })
