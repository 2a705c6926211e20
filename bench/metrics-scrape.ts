import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from './kit/serve'
import { printTable } from './kit/table'

const command = process.env.HOLDFAST_BINARY
  ? [process.env.HOLDFAST_BINARY]
  : [process.execPath, join(import.meta.dir, '../src/main.ts')]

/** Label sets of a counter and a histogram with 15 bounds: 19 series each. */
const tools = 540
const scrapes = 60
const secondsOfIngest = 6
/** Sixty times as often as Prometheus does by default. */
const pauseMs = 250

/** A scrape of 10,000 series, and what a sender notices of four of them a second. */
export async function benchScrape(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const port = freePort()
  const env = {
    DATA_DIR: folder,
    PORT: '0',
    OTEL_PROMETHEUS_PORT: String(port),
    METRICS_RATE_LIMIT: '100000000',
    METRICS_MAX_LABEL_CARDINALITY: '100000',
  }
  const holdfast = await serve([...command, 'serve'], env)
  const made = Bun.spawnSync([...command, 'keys', 'create', '--service', 'auth-server', '--json'], {
    env: { PATH: process.env.PATH ?? '', ...env },
  })
  const { key } = JSON.parse(made.stdout.toString())
  const post = async (metrics: object[]) => {
    const response = await fetch(`${holdfast.url}/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify({ service: 'auth-server', metrics }),
    })
    if (!response.ok) throw new Error(await response.text())
  }
  await post(Array.from({ length: tools }, (_, at) => execution(`tool-${at}`)))
  const scrape = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const lines = (await scrape()).split('\n').filter((line) => line && !line.startsWith('#')).length
  const times = await timed(scrapes, scrape)
  const batch = Array.from({ length: 100 }, (_, at) => execution(`tool-${at}`))
  const alone = await ingestTimes(() => post(batch))
  let scraping = true
  const besides = (async () => {
    for (; scraping; await Bun.sleep(pauseMs)) await scrape()
  })()
  const together = await ingestTimes(() => post(batch))
  scraping = false
  await besides
  await holdfast.stop()
  rmSync(folder, { recursive: true, force: true })
  report(`A scrape of ${lines} series`, [
    ['scrape', times],
    ['POST of 100 metrics', alone],
    ['the same with 4 scrapes a second', together],
  ])
}

const execution = (tool_name: string) => ({
  type: 'tool_execution',
  value: 1,
  duration_ms: 12,
  dimensions: { tool_name, success: true },
})

async function timed(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const found: number[] = []
  for (let at = 0; at < times; at++) {
    const started = performance.now()
    await work()
    found.push(performance.now() - started)
  }
  return found
}

/** Milliseconds of each request of eight senders. */
async function ingestTimes(send: () => Promise<void>): Promise<number[]> {
  const until = performance.now() + secondsOfIngest * 1000
  const found: number[] = []
  const sender = async () => {
    while (performance.now() < until) found.push(...(await timed(1, send)))
  }
  await Promise.all(Array.from({ length: 8 }, sender))
  return found
}

function report(title: string, rows: [string, number[]][]): void {
  const at = (times: number[], share: number) =>
    times.toSorted((a, b) => a - b)[Math.floor(times.length * share)]!
  printTable(title, [
    ['', 'p50 ms', 'p95 ms', 'p99 ms', 'requests'],
    ...rows.map(([name, times]) => [name, at(times, 0.5), at(times, 0.95), at(times, 0.99), times.length]),
  ])
}

function freePort(): number {
  const probe = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const { port } = probe
  void probe.stop(true)
  return port!
}
