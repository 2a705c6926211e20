import { Database } from 'bun:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare, type Target } from './kit/load'
import { payloads } from './kit/metrics-payloads'
import { serve } from './kit/serve'
import { printTable } from './kit/table'

const main = join(import.meta.dir, '../src/main.ts')
const binary = process.env.HOLDFAST_BINARY
const command = binary ? [binary] : [process.execPath, main]
const batch = 100

/** Durable ingest over HTTP against a server that parses the same bodies and does nothing else. */
export async function benchMetrics(): Promise<void> {
  const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'holdfast-bench-'))
  const env = { DATA_DIR: folder, PORT: '0', OTEL_PROMETHEUS_PORT: '0', METRICS_RATE_LIMIT: '100000000' }
  const holdfast = await serve([...command, 'serve'], env)
  const made = Bun.spawnSync([...command, 'keys', 'create', '--service', 'auth-server', '--json'], {
    env: { PATH: process.env.PATH ?? '', ...env },
  })
  const { key } = JSON.parse(made.stdout.toString())
  const bare = await serve([process.execPath, join(import.meta.dir, 'servers/parse.ts')])
  const bodies = payloads(50, batch, Date.now())
  const target = (name: string, url: string, pid: number): Target => ({
    name,
    url,
    pid,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    bodies,
  })
  const results = await compare([
    target('parse only', `${bare.url}/metrics`, bare.pid),
    target('POST /metrics', `${holdfast.url}/metrics`, holdfast.pid),
  ])
  const flushed = performance.now()
  await fetch(`${holdfast.url}/flush`, { method: 'POST', headers: { 'x-api-key': key } })
  const behind = (performance.now() - flushed) / 1000
  await Promise.all([holdfast.stop(), bare.stop()])
  const db = new Database(join(folder, 'metrics.db'), { readonly: true })
  const { rows } = db.query('select count(*) as rows from samples').get() as { rows: number }
  db.close()
  const { rate: base, cpu: baseCpu } = results.get('parse only')!
  printTable(`Durable ingest, batches of ${batch} (32 connections)`, [
    ['target', 'metrics/s', 'p50 ms', 'p99 ms', 'errors', 'CPU µs a metric', '× parse only', 'by CPU'],
    ...[...results].map(([name, { rate, p50, p99, errors, cpu }]) => [
      name,
      rate * batch,
      p50,
      p99,
      errors,
      cpu / batch,
      rate / base,
      baseCpu / cpu,
    ]),
  ])
  console.log(`\n${rows} rows in the tables; the tables were ${behind.toFixed(2)} s behind at the end`)
  rmSync(folder, { recursive: true, force: true })
}
