import { Database } from 'bun:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare, type Sample, type Target } from './kit/load'
import { importLines, payloads } from './kit/metrics-payloads'
import { type Served, serve } from './kit/serve'
import { printTable } from './kit/table'

const main = join(import.meta.dir, '../src/main.ts')
const binary = process.env.HOLDFAST_BINARY
const command = binary ? [binary] : [process.execPath, main]
const batch = 100
const seconds = Number(process.env.BENCH_SECONDS ?? 4)
/** Seconds until compilers have little left to do: a collector runs for months. */
const warmUp = 12

/**
 * Durable ingest over HTTP against a server that parses the same bodies and does nothing else, and against VictoriaMetrics where it is installed. After each
 * run the tables are waited for: their work counts as ours, and runs of the others are not disturbed by it.
 */
export async function benchMetrics(): Promise<void> {
  const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'holdfast-bench-'))
  const bodies = payloads(50, batch, Date.now())
  const bare = await serve([process.execPath, join(import.meta.dir, 'servers/parse.ts')])
  const { served, key } = await startOurs(join(folder, 'ours'))
  const victoria = await startVictoria(join(folder, 'victoria'))
  const post = { method: 'POST', headers: { 'content-type': 'application/json', 'x-api-key': key }, bodies }
  const flush = () => fetch(`${served.url}/flush`, { method: 'POST', headers: post.headers })
  const targets: Target[] = [
    { name: 'parse only', url: `${bare.url}/metrics`, pid: bare.pid, ...post },
    { name: 'POST /metrics', url: `${served.url}/metrics`, pid: served.pid, ...post, settle: flush },
  ]
  if (victoria)
    targets.push({
      name: 'VictoriaMetrics import',
      url: `${victoria.url}/api/v1/import`,
      pid: victoria.pid,
      method: 'POST',
      bodies: bodies.map(importLines),
    })
  const results = await compare(targets, { seconds, warmUp })
  await Promise.all([served.stop(), bare.stop(), victoria?.stop()])
  print(results)
  console.log(`\n${rowsIn(join(folder, 'ours'))} rows in the tables`)
  if (!victoria) console.log("VictoriaMetrics is not installed (Debian's package victoria-metrics)")
  rmSync(folder, { recursive: true, force: true })
}

async function startOurs(folder: string): Promise<{ served: Served; key: string }> {
  const env = { DATA_DIR: folder, PORT: '0', OTEL_PROMETHEUS_PORT: '0', METRICS_RATE_LIMIT: '100000000' }
  const served = await serve([...command, 'serve'], env)
  const made = Bun.spawnSync([...command, 'keys', 'create', '--service', 'auth-server', '--json'], {
    env: { PATH: process.env.PATH ?? '', ...env },
  })
  return { served, key: JSON.parse(made.stdout.toString()).key }
}

async function startVictoria(folder: string): Promise<Served | undefined> {
  const program = Bun.which('victoria-metrics')
  if (!program) return undefined
  const port = await freePort()
  const listen = [`-httpListenAddr=127.0.0.1:${port}`, `-storageDataPath=${folder}`]
  return serve([program, ...listen], {}, `http://127.0.0.1:${port}`)
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })

function print(results: ReadonlyMap<string, Sample>): void {
  const { rate: base, cpu: baseCpu } = results.get('parse only')!
  printTable(`Durable ingest, batches of ${batch} (32 connections)`, [
    ['target', 'metrics/s', 'with tables', 'p50 ms', 'p99 ms', 'errors', 'CPU µs', '× parse only', 'by CPU'],
    ...[...results].map(([name, { rate, behind, p50, p99, errors, cpu }]) => [
      name,
      rate * batch,
      (rate * batch * seconds) / (seconds + behind),
      p50,
      p99,
      errors,
      cpu / batch,
      rate / base,
      baseCpu / cpu,
    ]),
  ])
}

function rowsIn(folder: string): number {
  const db = new Database(join(folder, 'metrics.db'), { readonly: true })
  const { rows } = db.query('select count(*) as rows from samples').get() as { rows: number }
  db.close()
  return rows
}
