import type { AppendLog, LocalDatabase, LogPosition } from '../../../core/local-database'
import type { Host } from '../../../core/module'
import type { MetricsSettings } from '../settings'
import type { Moved } from '../transfer/move-rows'
import { type Applied, isBefore } from './apply'
import { createPace } from './pace'

/** Keeps the tables after the log. */
export interface Tables {
  /** Resolves when the file is open; new segments of the log then come after everything that the file has seen. */
  opened(): Promise<void>
  /** So many metrics more are in the log. */
  waits(metrics: number): void
  /** Resolves when everything that is in the log now stands in the tables, and in the rollups. */
  settled(): Promise<void>
  /** Bytes of the log that the tables do not have, as of the last move. */
  backlog(): number
  /** The last move did not succeed. */
  failing(): boolean
  close(): Promise<void>
}

/** Seconds that rows are gathered for at most when few come: one transaction for all that come together. */
const gatherSeconds = 0.1
/** Milliseconds that rows wait for what is made of them, unless somebody asks. */
const settleMs = 30_000
/** Milliseconds until the tables are tried again. */
const retryMs = 1000

/** Moves what the predecessor left in the file, a step at a time, between what comes in. */
async function movePredecessor(host: Host<MetricsSettings>, db: LocalDatabase): Promise<void> {
  let rows = 0
  try {
    for (let done = false; !done; ) {
      const moved = await db.write<Moved>('movePredecessor', host.now())
      done = moved.done
      rows += moved.rows
    }
    if (rows > 0) host.log.info('the rows that the file held already are in the tables', { rows })
  } catch (error) {
    host.log.warn('rows that the file held already wait for the next start', { rows, cause: error })
  }
}

/** Does something once: whoever comes meanwhile waits, and where it failed the next one tries again. */
function untilDone(work: () => Promise<void>): { (): Promise<void>; begun(): boolean } {
  let running: Promise<void> | undefined
  const run = () => {
    running ??= work().catch((error) => {
      running = undefined
      throw error
    })
    return running
  }
  return Object.assign(run, { begun: () => running !== undefined })
}

/** Lets the rollups follow the rows: at once when somebody asks, else a while after. */
function createSettling({ log }: Host<MetricsSettings>, db: LocalDatabase) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let waiting = false
  let stopped = false
  let last = Promise.resolve()
  const write = async () => {
    try {
      await db.write('settle')
    } catch (error) {
      waits()
      throw error
    }
  }
  const settle = () => {
    clearTimeout(timer)
    timer = undefined
    if (waiting) last = write()
    waiting = false
    return last
  }
  const settleQuietly = () =>
    void settle().catch((error) => log.error('the rollups cannot be written', { cause: error }))
  const waits = () => {
    if (stopped) return
    waiting = true
    // The end of the process settles by itself.
    timer ??= setTimeout(settleQuietly, settleMs).unref()
  }
  /** With what another process has left for later, which only the file tells. */
  const settleAll = async () => {
    await settle()
    if (waiting || !(await db.read<boolean>('rollupsWait'))) return
    waits()
    await settle()
  }
  const stop = () => {
    stopped = true
    clearTimeout(timer)
  }
  return { waits, settleAll, stop }
}

function showBacklog({ meter }: Pick<Host<unknown>, 'meter'>, bytes: () => number): void {
  const show = meter.gauge(
    'metrics_backlog_bytes',
    'Acknowledged metrics that wait in the log for the tables.',
  )
  meter.onExposition(() => show(bytes()))
}

/**
 * Moves the log into the tables: when BATCH_SIZE metrics wait, else a moment (at most FLUSH_INTERVAL_SECONDS) later, and under load with
 * rests between, unless somebody waits for it.
 */
export function createTables(host: Host<MetricsSettings>, log: AppendLog, db: LocalDatabase): Tables {
  const { BATCH_SIZE, FLUSH_INTERVAL_SECONDS } = host.settings
  const delay = 1000 * Math.min(gatherSeconds, FLUSH_INTERVAL_SECONDS)
  let applied: LogPosition | undefined
  let running: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let waiting = 0
  let behind = 0
  const pace = createPace()
  showBacklog(host, () => (applied ? log.bytesAfter(applied) : 0))
  /** The last move did not succeed: the next one is the timer's. */
  let failing = false
  const settling = createSettling(host, db)

  const open = async () => {
    applied = await db.write<LogPosition>('progress')
    log.skip(applied.segment)
    // What an earlier process has left.
    settling.waits()
    void movePredecessor(host, db).then(settling.waits)
  }
  const opened = untilDone(open)
  const applyAll = async () => {
    await opened()
    waiting = 0
    pace.start()
    for (let more = true; more; ) {
      const done = await db.write<Applied>('apply', log.position())
      failing = false
      if (done.rows > 0) settling.waits()
      applied = done.next
      log.release(applied)
      behind = log.bytesAfter(applied)
      more = done.more
    }
    pace.end(behind)
    if (behind > 0) scheduleIn(Math.max(delay, pace.rest()))
  }
  const scheduleIn = (ms: number) => {
    timer ??= setTimeout(runQuietly, ms)
  }
  const run = () => {
    clearTimeout(timer)
    timer = undefined
    running ??= applyAll().finally(() => {
      running = undefined
    })
    return running
  }
  const runQuietly = () =>
    void run().catch((error) => {
      failing = true
      host.log.error('acknowledged metrics wait in the log: the tables cannot be written', { cause: error })
      scheduleIn(retryMs)
    })
  const settled = async () => {
    const wanted = log.position()
    while (!applied || isBefore(applied, wanted)) await run()
    await settling.settleAll()
  }
  return {
    opened,
    waits(metrics) {
      waiting += metrics
      if (running) return
      if (failing) return scheduleIn(retryMs)
      const rest = pace.rest()
      if (rest === 0 && waiting >= BATCH_SIZE) runQuietly()
      else scheduleIn(Math.max(delay, rest))
    },
    settled,
    backlog: () => behind,
    failing: () => failing,
    async close() {
      if (opened.begun()) await settled().catch(() => {})
      clearTimeout(timer)
      settling.stop()
    },
  }
}
