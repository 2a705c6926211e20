import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { metricsMigrations } from '../../../migrations/metrics'
import type { LocalConnection } from '../../../src/core/local-database'
import type { Batch } from '../../../src/modules/metrics/ingest/record'
import { liveRollups } from '../../../src/modules/metrics/rollups/live-rollups'
import type { Follower } from '../../../src/modules/metrics/store/follower'
import { createSeriesIds } from '../../../src/modules/metrics/store/series-ids'
import { createSink } from '../../../src/modules/metrics/store/sink'
import { createLocalConnection } from '../../../src/platform/storage/local/connection'
import { emptyFolder } from '../../kit/folder'

/** A metric as it comes into the tables. */
export interface Given {
  at: number
  value: number
  duration?: number
  service?: string
  type?: string
  dimensions?: Record<string, unknown>
  metadata?: Record<string, unknown>
}

/** The tables of metrics.db without threads, and a way to fill them as the store does. */
export interface Tables {
  path: string
  db: LocalConnection
  client: Database
  /** One transaction; fails on purpose, and is taken back, when `fail` is set. `settle`: rollups are not left for later. */
  add(metrics: Given[], options?: { receivedAt?: number; fail?: boolean; settle?: boolean }): void
  rows<T = Record<string, unknown>>(sql: string): T[]
}

export function openTables(path = join(emptyFolder(), 'metrics.db')): Tables {
  const client = new Database(path)
  client.run('pragma journal_mode = wal')
  const db = createLocalConnection(client, path)
  if (client.query("select 1 from sqlite_schema where name = 'samples'").get() === null) {
    for (const { up } of metricsMigrations) db.script(up)
  }
  const followers: Follower[] = [liveRollups(db)]
  const ids = createSeriesIds(db)
  const sink = createSink(db, ids, followers)
  return {
    path,
    db,
    client,
    add(metrics, { receivedAt = metrics[0]!.at, fail = false, settle = true } = {}) {
      try {
        db.transaction(() => {
          sink.add(batchOf(metrics, receivedAt))
          sink.flush()
          for (const follower of followers) {
            follower.commit()
            if (settle) follower.settle()
          }
          if (fail) throw new Error('on purpose')
        })
      } catch (error) {
        ids.forget()
        sink.forget()
        for (const follower of followers) follower.rollback()
        if (!fail) throw error
      }
    },
    rows: <T>(sql: string) => client.query(sql).all() as T[],
  }
}

function batchOf(metrics: Given[], receivedAt: number): Batch {
  const texts = metrics.map(({ service = 'gateway', type = 'tool_execution', dimensions = {} }) =>
    JSON.stringify([service, null, null, type, dimensions]),
  )
  const series = [...new Set(texts)]
  return {
    requestId: 'req_test',
    receivedAt,
    series,
    seriesOf: texts.map((text) => series.indexOf(text)),
    at: metrics.map(({ at }) => at),
    value: metrics.map(({ value }) => value),
    duration: metrics.map(({ duration }) => duration ?? Number.NaN),
    metadata: metrics.map(({ metadata }) => (metadata ? JSON.stringify(metadata) : '')),
    idempotencyKeys: [],
  }
}
