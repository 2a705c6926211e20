import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { queryInstant, queryRange } from '../src/modules/metrics/promql/engine'
import { storedSource } from '../src/modules/metrics/promql/stored/stored-source'
import { answerQuery, type Query } from '../src/modules/metrics/query/answer-query'
import { measureGroups } from '../src/modules/metrics/tools/measure-groups'
import { type Filled, fillMetrics } from './fill-metrics'
import { printTable } from './kit/table'

const day = 86_400_000
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
const end = Date.parse('2026-11-21T12:00:00Z')

/** Median milliseconds of some runs, after one that warms up. */
function median(work: () => unknown, runs = 3): number {
  work()
  const times = Array.from({ length: runs }, () => {
    const started = performance.now()
    work()
    return performance.now() - started
  })
  return times.toSorted((a, b) => a - b)[runs >> 1]!
}

/**
 * Questions over ranges of a year of metrics, and the same of a plain `group by` over the raw rows of the range (left out where that takes too long).
 */
export async function benchMetricsQuery(rows = 250_000): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const path = join(folder, 'metrics.db')
  try {
    const filled = fillMetrics(path, { rows, days: 365, end }, (done) => {
      if (done % 2_000_000 === 0) process.stderr.write(`\rfilled ${done.toLocaleString('en')}`)
    })
    const size = Math.round(statSync(path).size / 1e6)
    console.log(
      `\n${rows.toLocaleString('en')} metrics over a year, filled at ${Math.round(filled.rate).toLocaleString('en')}/s with rollups; ${size} MB`,
    )
    const measured = ranges.map((range) => measureRange(filled, range))
    printTable('Milliseconds by range', [
      Object.keys(measured[0]!),
      ...measured.map((row) => Object.values(row)),
    ])
    filled.client.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const ranges: [name: string, days: number, step: number][] = [
  ['1 h', 1 / 24, 60_000],
  ['24 h', 1, 900_000],
  ['7 d', 7, 3_600_000],
  ['30 d', 30, 3_600_000],
  ['90 d', 90, day],
  ['365 d', 365, day],
]

function measureRange({ db, client }: Filled, [name, days, step]: (typeof ranges)[number]) {
  const period = { from: end - days * day, to: end }
  const base: Query = {
    period,
    type: 'tool_execution',
    dimensions: {},
    groupBy: ['tool_name'],
    aggregation: 'p95',
    field: 'duration_ms',
    top: 20,
    now: end,
  }
  const source = storedSource(db, { bounds, now: end })
  const limits = { points: 5e7, time: 60_000 }
  const promql =
    'histogram_quantile(0.95, sum by (le, tool_name) (rate(mcp_tool_execution_duration_seconds_bucket[1h])))'
  const whole = median(() => answerQuery(db, base))
  const plain = client.query(
    `select s.dimensions ->> 'tool_name' as tool, count(*), avg(m.duration_ms) from samples m join series s on s.id = m.series
     where m.at >= ? and m.at < ? and s.metric_type = 'tool_execution' group by 1`,
  )
  const raw = median(() => plain.all(period.from, period.to), 1)
  return {
    range: name,
    from: answerQuery(db, base).source,
    'p95 by tool, ms': whole,
    'by step': median(() => answerQuery(db, { ...base, step: Math.max(step, 60_000) })),
    'three dimensions': median(() =>
      answerQuery(db, { ...base, groupBy: ['tool_name', 'client_name', 'success'], top: 500 }),
    ),
    'all tools measured': median(() => measureGroups(db, { ...base, groupBy: ['tool_name'] })),
    'PromQL sum of rates': median(
      () =>
        queryRange(
          source,
          'sum by (tool_name) (rate(mcp_tool_executions_total[1h]))',
          { start: period.from, end, step: Math.max(step, (days * day) / 500) },
          limits,
        ),
      3,
    ),
    'PromQL quantile now': median(() => queryInstant(source, promql, end, limits), 3),
    'plain SQL over raw rows': raw,
    'p95 / plain SQL': whole / raw,
  }
}

if (import.meta.main) await benchMetricsQuery(Number(process.argv[2] ?? 250_000))
