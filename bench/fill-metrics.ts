import { Database } from 'bun:sqlite'
import { metricsMigrations } from '../migrations/metrics'
import type { LocalConnection } from '../src/core/local-database'
import type { Batch } from '../src/modules/metrics/ingest/record'
import { liveRollups } from '../src/modules/metrics/rollups/live-rollups'
import { createSeriesIds } from '../src/modules/metrics/store/series-ids'
import { createSink } from '../src/modules/metrics/store/sink'
import { createLocalConnection } from '../src/platform/storage/local/connection'
import { randomFrom } from './fill-journal'

/** Rows of one transaction. */
const together = 20_000

const services = ['auth-server', 'gateway', 'registry', 'nginx']
const tools = Array.from({ length: 50 }, (_, at) => `tool-${at}`)
const clients = ['cursor', 'claude-desktop', 'vscode', 'windsurf', 'codex']
const methods = ['tools/call', 'tools/list']

/** Texts of senders as the log has them: tool calls of 50 tools by 5 clients, sign-ins, health checks. */
function senders(): string[] {
  const text = (service: string, type: string, dimensions: object) =>
    JSON.stringify([service, '1.0.0', `${service}-1`, type, dimensions])
  const calls = services.flatMap((service) =>
    tools.flatMap((tool_name, at) =>
      clients.map((client_name) =>
        text(service, 'tool_execution', {
          tool_name,
          client_name,
          server_name: `server-${at % 8}`,
          method: methods[at % 2],
          success: true,
        }),
      ),
    ),
  )
  const failures = calls.map((call) => call.replace('"success":true', '"success":false'))
  const others = services.flatMap((service) => [
    text(service, 'auth_request', { success: true, method: 'oauth', server: 'server-1' }),
    text(service, 'auth_request', { success: false, method: 'oauth', server: 'server-1' }),
    text(service, 'health_check', { endpoint: '/health', status_code: 200, healthy: true }),
    text(service, 'custom', { metric_name: 'queue_depth', queue: 'main' }),
  ])
  return [...calls, ...failures, ...others]
}

/** An open metrics.db of the bench's own. */
export interface Filled {
  client: Database
  db: LocalConnection
  /** Rows a second, rollups included. */
  rate: number
}

/**
 * Fills a metrics.db with rows spread evenly over `days` up to `end`, by the store's own writer and with its rollups, but without the log.
 * `progress` is told the rows so far.
 */
export function fillMetrics(
  path: string,
  { rows, days, end }: { rows: number; days: number; end: number },
  progress: (done: number) => void = () => {},
): Filled {
  const client = new Database(path)
  client.run('pragma journal_mode = wal')
  client.run('pragma synchronous = off')
  client.run('pragma cache_size = -65536')
  const db = createLocalConnection(client, path)
  for (const { up } of metricsMigrations) db.script(up)
  const rollups = liveRollups(db)
  const sink = createSink(db, createSeriesIds(db), [rollups])
  const random = randomFrom(42)
  const texts = senders()
  const started = performance.now()
  const between = (days * 86_400_000) / rows
  for (let done = 0; done < rows; done += together) {
    const at = end - days * 86_400_000 + done * between
    db.transaction(() => {
      sink.add(batchOf(texts, Math.min(together, rows - done), at, between, random))
      sink.flush()
      rollups.commit()
    })
    progress(Math.min(rows, done + together))
  }
  db.transaction(() => rollups.settle())
  return { client, db, rate: rows / ((performance.now() - started) / 1000) }
}

/** A few tools are called often, many seldom; one call in thirty fails. */
function batchOf(texts: string[], rows: number, from: number, between: number, random: () => number): Batch {
  const calls = services.length * tools.length * clients.length
  const seriesOf = Array.from({ length: rows }, () => {
    if (random() < 0.1) return 2 * calls + Math.floor(random() * (texts.length - 2 * calls))
    const one = Math.floor(calls * random() ** 2)
    return random() < 1 / 30 ? calls + one : one
  })
  const failed = (series: number) => series >= calls && series < 2 * calls
  return {
    requestId: 'req_0000000000000000',
    receivedAt: Math.round(from),
    series: texts,
    seriesOf,
    at: Array.from({ length: rows }, (_, row) => Math.round(from + row * between)),
    value: Array<number>(rows).fill(1),
    duration: Array.from({ length: rows }, () => Math.round(20 * (1 - random()) ** -0.7 * 100) / 100),
    metadata: seriesOf.map((series) => (failed(series) ? '{"error_code":"Timeout"}' : '')),
    idempotencyKeys: [],
  }
}
