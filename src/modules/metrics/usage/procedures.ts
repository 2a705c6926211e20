import type { LocalConnection, Procedures } from '../../../core/local-database'

/** What a key sent to a route in a minute, by the status that it was answered with. */
export interface UsageRow {
  /** The key's id, never the key. */
  credential: string
  service: string
  /** Start of the minute, milliseconds since the epoch. */
  at: number
  endpoint: string
  status: number
  requests: number
  /** Of bodies as they came. */
  bytes: number
  /** Of all requests together. */
  ms: number
}

/** What the writing thread does for the log of use. Times are text in UTC, as the predecessor has them. */
export const usageProcedures = (db: LocalConnection): Procedures => ({
  addUsage: (rows: UsageRow[]) =>
    db.transaction(() => {
      const insert = db.statement(
        `insert into api_key_usage_log (key_hash, service_name, timestamp, endpoint, request_count, bytes_processed, duration_ms, status_code)
         values (?, ?, strftime('%Y-%m-%d %H:%M:%S', ? / 1000, 'unixepoch'), ?, ?, ?, round(?, 2), ?)`,
      )
      for (const { credential, service, at, endpoint, requests, bytes, ms, status } of rows)
        insert.run(credential, service, at, endpoint, requests, bytes, ms, status)
    }),
})
