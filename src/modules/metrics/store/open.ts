import type { AppendLog, LocalDatabase, LogPosition } from '../../../core/local-database'
import type { Host } from '../../../core/module'
import type { Batch } from '../ingest/record'
import { encodeBatch } from '../ingest/record'
import type { MetricsSettings } from '../settings'
import type { Applied } from './apply'

/** Where metrics are kept: a log that answers for what was acknowledged, and the tables of metrics.db behind it. */
export interface Store {
  readonly db: LocalDatabase
  /** Resolves when the batch is on disk. Throws `unavailable` when it cannot be; then nothing of it is kept. */
  append(batch: Batch): Promise<void>
  /** Resolves when everything that was acknowledged before stands in the tables. Call it before a read that must see it. */
  settled(): Promise<void>
  /** Bytes in the log that the tables do not have yet. */
  backlog(): number
  close(): Promise<void>
}

const before = (a: LogPosition, b: LogPosition) =>
  a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset)

/** Opens log and file; neither is touched before the first use. */
export function openStore(host: Host<MetricsSettings>): Store {
  const { settings } = host
  const path = settings.SQLITE_DB_PATH ?? 'metrics.db'
  const log = host.openLog(`${path}-log`)
  const db = host.openLocal('metrics', path, { log: log.folder })
  const tables = createTables(host, log, db)
  return {
    db,
    async append(batch) {
      await log.append(encodeBatch(batch))
      tables.waits(batch.at.length)
    },
    settled: tables.settled,
    backlog: tables.backlog,
    async close() {
      await log.close()
      await tables.close()
      await db.close()
    },
  }
}

interface Tables {
  /** So many metrics more are in the log. */
  waits(metrics: number): void
  settled(): Promise<void>
  backlog(): number
  close(): Promise<void>
}

/** Seconds that rows are gathered for at most, when few come: one transaction for all that come together. */
const gatherSeconds = 0.1

/** Moves the log into the tables: at once when BATCH_SIZE metrics wait, else a moment (at most FLUSH_INTERVAL_SECONDS) later. */
function createTables(host: Host<MetricsSettings>, log: AppendLog, db: LocalDatabase): Tables {
  const { BATCH_SIZE, FLUSH_INTERVAL_SECONDS } = host.settings
  const delay = 1000 * Math.min(gatherSeconds, FLUSH_INTERVAL_SECONDS)
  let applied: LogPosition | undefined
  let running: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let waiting = 0

  const applyAll = async () => {
    waiting = 0
    for (;;) {
      const until = log.position()
      const done = await db.write<Applied>('apply', until)
      applied = done.next
      log.release(applied)
      if (done.rows === 0 || !before(applied, log.position())) return
    }
  }
  const run = () => {
    clearTimeout(timer)
    timer = undefined
    running ??= applyAll().finally(() => {
      running = undefined
    })
    return running
  }
  const runQuietly = () => {
    run().catch((error) => {
      host.log.error('metrics wait in the log: the tables cannot be written', { cause: error })
      timer ??= setTimeout(runQuietly, 1000)
      timer.unref()
    })
  }
  return {
    waits(metrics) {
      waiting += metrics
      if (running) return
      if (waiting >= BATCH_SIZE) runQuietly()
      else timer ??= setTimeout(runQuietly, delay)
    },
    async settled() {
      const wanted = log.position()
      while (!applied || before(applied, wanted)) await run()
    },
    backlog: () => (applied ? log.bytesAfter(applied) : 0),
    async close() {
      clearTimeout(timer)
      await run().catch(() => {})
      clearTimeout(timer)
    },
  }
}
