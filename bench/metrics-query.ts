import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Filled, fillMetrics } from './fill-metrics'
import { printTable } from './kit/table'
import { questions, type Range, rangesTo } from './metrics-questions'

const end = Date.parse('2026-11-21T12:00:00Z')
const days = Number(process.argv[3] ?? 90)

/** Milliseconds of processor time: the lesser of two runs, after one that warms up. */
function cost(work: () => unknown): number {
  const once = () => {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
  work()
  return Math.min(once(), once())
}

/** A plain `group by` over the raw rows of the range: what somebody with sqlite3 would write. */
const plainSql = ({ client }: Filled, { from, to }: Range) =>
  cost(() =>
    client
      .query(
        `select s.dimensions ->> 'tool_name' as tool, count(*), avg(m.duration_ms) from samples m join series s on s.id = m.series
         where m.at >= ? and m.at < ? and s.metric_type = 'tool_execution' group by 1`,
      )
      .all(from, to),
  )

type Costs = Map<string, number[]>

/** What every question costs over every range. */
function measure(rows: number): { costs: Costs; plain: number[] } {
  const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'holdfast-bench-'))
  const path = join(folder, 'metrics.db')
  try {
    const filled = fillMetrics(path, { rows, days, end }, (done) => {
      if (done % 1_000_000 === 0) process.stderr.write(`\rfilled ${done.toLocaleString('en')}`)
    })
    const size = Math.round(statSync(path).size / 1e6)
    console.log(`\n${rows.toLocaleString('en')} metrics over ${days} days with rollups: ${size} MB`)
    const ranges = rangesTo(end, days)
    const costs = new Map(
      Object.entries(questions).map(([name, ask]) => [
        name,
        ranges.map((range) => cost(() => ask(filled.db, range))),
      ]),
    )
    const plain = ranges.map((range) => plainSql(filled, range))
    filled.client.close()
    return { costs, plain }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Every question that metrics answer, over ranges from an hour to 90 days (`bun bench/metrics-query.ts 50000000 365` for a year): in processor time, beside a plain `group by` over the raw rows of the range,
 * and beside itself with a tenth of the rows.
 */
export async function benchMetricsQuery(rows = 250_000): Promise<void> {
  const small = measure(rows / 10)
  const { costs, plain } = measure(rows)
  const names = rangesTo(end, days).map(({ name }) => name)
  const table = (
    title: string,
    of: (times: number[], name: string) => number[],
    more: [string, number[]][] = [],
  ) =>
    printTable(title, [
      ['', ...names],
      ...[...costs].map(([name, times]) => [name, ...of(times, name)]),
      ...more.map(([name, times]) => [name, ...times]),
    ])
  table('Milliseconds of processor time', (times) => times, [['plain SQL over raw rows', plain]])
  table('× plain SQL over the raw rows of the range', (times) => times.map((time, at) => time / plain[at]!))
  table('× the same with a tenth of the rows', (times, name) =>
    times.map((time, at) => time / small.costs.get(name)![at]!),
  )
}

if (import.meta.main) await benchMetricsQuery(Number(process.argv[2] ?? 250_000))
