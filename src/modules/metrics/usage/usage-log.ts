import type { LocalDatabase } from '../../../core/local-database'
import type { Host, RawRequest, RawRoute } from '../../../core/module'
import type { UsageRow } from './procedures'

/** Keeps `api_key_usage_log`: what each key sent, minute by minute. */
export interface UsageLog {
  /** The same route; what keys send there is noted. */
  noted(route: RawRoute): RawRoute
  /** Writes what is still gathered. */
  close(): Promise<void>
}

const minute = 60_000
/** Rows of one minute; keys, routes and statuses are few, so more are a fault. */
const mostRows = 10_000

/** A row is written a minute after its first request at the latest, and at the end of the process; a kill loses what was not written. */
export function createUsageLog(
  db: Pick<LocalDatabase, 'write'>,
  { now, log }: Pick<Host<unknown>, 'now' | 'log'>,
): UsageLog {
  let rows = new Map<string, UsageRow>()
  const write = async () => {
    if (rows.size === 0) return
    const gathered = rows
    rows = new Map()
    try {
      await db.write('addUsage', [...gathered.values()])
    } catch (error) {
      log.warn('the use of keys is not noted', { rows: gathered.size, cause: error })
    }
  }
  const timer = setInterval(write, minute)
  timer.unref()
  const note = ({ principal }: RawRequest, endpoint: string, status: number, bytes: number, ms: number) => {
    if (!principal || rows.size >= mostRows) return
    const at = Math.floor(now() / minute) * minute
    const credential = principal.credential ?? principal.id
    const key = `${at} ${endpoint} ${status} ${credential}`
    let row = rows.get(key)
    if (!row) {
      row = {
        credential,
        service: principal.service ?? 'any',
        at,
        endpoint,
        status,
        requests: 0,
        bytes: 0,
        ms: 0,
      }
      rows.set(key, row)
    }
    row.requests++
    row.bytes += bytes
    row.ms += ms
  }
  return {
    noted: (route) => ({
      ...route,
      async handle(raw) {
        const started = performance.now()
        // A route may give the body's memory back.
        const { length } = raw.bytes
        let status = 500
        try {
          const response = await route.handle(raw)
          status = response.status
          return response
        } finally {
          note(raw, route.path, status, length, performance.now() - started)
        }
      },
    }),
    async close() {
      clearInterval(timer)
      await write()
    },
  }
}
