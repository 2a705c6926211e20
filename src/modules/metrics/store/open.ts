import { AppError } from '../../../core/errors'
import type { LocalDatabase } from '../../../core/local-database'
import type { Component, Host } from '../../../core/module'
import { type Batch, encodeBatch, type Received, type Room } from '../ingest/record'
import { createSeriesNumbers } from '../ingest/series-numbers'
import type { MetricsSettings } from '../settings'
import { createTables } from './tables'

/** Where metrics are kept: a log that answers for what was acknowledged, and the tables of metrics.db behind it. */
export interface Store {
  readonly db: LocalDatabase
  /** Resolves when the batch is on disk. Throws `unavailable` when it cannot be; then nothing of it is kept. */
  append(batch: Batch | Received): Promise<void>
  /** Resolves when everything that was acknowledged before stands in the tables. Call it before a read that must see it. */
  settled(): Promise<void>
  /** Opens a file that is there already, with what an earlier process or the predecessor has left in it. A fault is logged, and told by the first use. */
  openExisting(): Promise<void>
  /** Bytes in the log that the tables do not have yet. */
  backlog(): number
  /** How it stands, for /status. */
  check(): Component
  close(): Promise<void>
}

/** Bytes of acknowledged metrics that may wait in the log; beyond it senders are asked to come again. */
const mostBacklog = 2 * 1024 ** 3

/** Opens log and file; without a use neither is touched, unless an earlier process has left something to move. */
export function openStore(host: Host<MetricsSettings>): Store {
  const path = host.settings.SQLITE_DB_PATH ?? 'metrics.db'
  const log = host.openLog(`${path}-log`)
  const db = host.openLocal('metrics', path, { log: log.folder })
  const tables = createTables(host, log, db)
  const encode = createEncoder()
  return {
    db,
    async openExisting() {
      if (!db.exists() && log.position().offset === 0) return
      try {
        await tables.opened()
        await host.acceptSenders(await db.read('predecessorKeys'))
      } catch (error) {
        host.log.error('the metrics cannot be opened; it is tried again when they are used', { cause: error })
      }
      tables.waits(host.settings.BATCH_SIZE)
    },
    async append(batch) {
      await tables.opened()
      if (tables.backlog() > mostBacklog) throw tooFarBehind()
      await log.append((segment, room) => encode(batch, segment, room))
      tables.waits(batch.at.length)
    },
    settled: tables.settled,
    backlog: tables.backlog,
    check() {
      if (!tables.failing()) return { status: 'healthy' }
      return {
        status: 'degraded',
        detail:
          'what was acknowledged is safe in the log, but the tables cannot be written: see the log lines of metrics',
      }
    },
    async close() {
      await log.close()
      await tables.close()
      await db.close()
    },
  }
}

/** Encodes batches; each segment of the log has numbers of its own. */
function createEncoder(): (batch: Batch | Received, segment: number, room: Room) => Uint8Array {
  let current = 0
  let numbers = createSeriesNumbers()
  return (batch, segment, room) => {
    if (segment !== current) numbers = createSeriesNumbers()
    current = segment
    try {
      return encodeBatch(batch, numbers, room)
    } catch (error) {
      numbers.forget()
      throw error
    }
  }
}

const tooFarBehind = () =>
  new AppError('unavailable', 'More metrics come than can be stored: send fewer, or again later', {
    retryAfter: 5,
  })
