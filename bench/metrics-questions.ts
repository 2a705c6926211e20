import type { LocalConnection } from '../src/core/local-database'
import { measureOverview } from '../src/modules/metrics/dashboard/measure'
import { countExport, exportPage } from '../src/modules/metrics/export/export-page'
import { queryInstant, queryRange } from '../src/modules/metrics/promql/engine'
import { storedSource } from '../src/modules/metrics/promql/stored/stored-source'
import { answerQuery, type Query } from '../src/modules/metrics/query/answer-query'
import { listRaw } from '../src/modules/metrics/query/list-raw'
import { listCustom, listDimensions, listSent } from '../src/modules/metrics/query/listings'
import { breakDownErrors } from '../src/modules/metrics/tools/break-down-errors'
import { measureGroups } from '../src/modules/metrics/tools/measure-groups'

const hour = 3_600_000
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
const limits = { points: 5e7, time: 60_000 }

/** One range of times; `step` is what a panel of it would ask for. */
export interface Range {
  name: string
  from: number
  to: number
  step: number
}

/** What is asked of the reading thread, by name. */
export const questions: Record<string, (db: LocalConnection, range: Range) => unknown> = {
  'query: p95 by tool': (db, range) => answerQuery(db, queryOf(range)),
  'query: count, whole': (db, range) =>
    answerQuery(db, { ...queryOf(range), aggregation: 'count', groupBy: [] }),
  'query: p95 by tool and step': (db, range) =>
    answerQuery(db, { ...queryOf(range), step: Math.max(range.step, 60_000), top: 10 }),
  'query: three dimensions': (db, range) =>
    answerQuery(db, { ...queryOf(range), groupBy: ['tool_name', 'client_name', 'success'], top: 500 }),
  'query: one tool, two dimensions': (db, range) =>
    answerQuery(db, {
      ...queryOf(range),
      groupBy: ['client_name'],
      dimensions: { tool_name: ['tool-7'] },
    }),
  'tools: performance of each': (db, range) => measureGroups(db, queryOf(range)),
  'tools: errors by cause': (db, range) => breakDownErrors(db, queryOf(range)),
  'tools: clients and versions': (db, range) =>
    measureGroups(db, { ...queryOf(range), groupBy: ['client_name', 'client_version'] }),
  'list: services': (db, range) => listSent(db, range),
  'list: custom': (db, range) => listCustom(db, range),
  'list: dimensions': (db, range) => listDimensions(db, { ...range, type: 'tool_execution', values: 20 }),
  'raw: newest of a tool': (db, range) =>
    listRaw(db, { ...queryOf(range), dimensions: { tool_name: ['tool-7'] }, before: null, limit: 100 }),
  'export: first page': (db, range) => {
    countExport(db, { period: range, after: 0 })
    return exportPage(db, { period: range, after: 0 })
  },
  dashboard: (db, range) => {
    const step = Math.max(range.step, 10_000)
    return measureOverview(db, { ...range, step, type: undefined, service: undefined })
  },
  'PromQL: sum by (rate)': (db, range) =>
    over(db, range, 'sum by (tool_name) (rate(mcp_tool_executions_total[$]))'),
  'PromQL: sum(rate)': (db, range) => over(db, range, 'sum(rate(mcp_tool_executions_total[$]))'),
  'PromQL: quantile': (db, range) =>
    over(
      db,
      range,
      'histogram_quantile(0.95, sum by (le) (rate(mcp_tool_execution_duration_seconds_bucket[$])))',
    ),
  'PromQL: quantile by tool': (db, range) =>
    over(
      db,
      range,
      'histogram_quantile(0.95, sum by (le, tool_name) (rate(mcp_tool_execution_duration_seconds_bucket[$])))',
    ),
  'PromQL: one tool, share of errors': (db, range) =>
    over(
      db,
      range,
      'sum(rate(mcp_tool_executions_total{tool_name="tool-7",success="false"}[$])) / sum(rate(mcp_tool_executions_total{tool_name="tool-7"}[$]))',
    ),
  'PromQL: custom gauge': (db, range) => over(db, range, 'avg_over_time(queue_depth[$])'),
  'PromQL: increase of the range, now': (db, range) =>
    queryInstant(
      sourceOf(db, range),
      `topk(10, sum by (tool_name) (increase(mcp_tool_executions_total[${(range.to - range.from) / 60_000}m])))`,
      range.to,
      limits,
    ),
  'PromQL: quantile of an hour, now': (db, range) =>
    queryInstant(
      sourceOf(db, range),
      'histogram_quantile(0.95, sum by (le, tool_name) (rate(mcp_tool_execution_duration_seconds_bucket[1h])))',
      range.to,
      limits,
    ),
  'PromQL: label values': (db, range) =>
    sourceOf(db, range).series([[]], range.from, range.to, ['tool_name']),
}

const sourceOf = (db: LocalConnection, { to }: Range) => storedSource(db, { bounds, now: to })

/** A panel: about 500 points, and the range that Grafana's `$__rate_interval` would be. */
function over(db: LocalConnection, range: Range, text: string): unknown {
  const step = Math.max(15_000, Math.round((range.to - range.from) / 500 / 15_000) * 15_000)
  const interval = `${Math.max(5 * 60_000, 4 * step) / 1000}s`
  const asked = { start: Math.floor(range.from / step) * step, end: range.to, step }
  return queryRange(sourceOf(db, range), text.replaceAll('$', interval), asked, limits)
}

const queryOf = ({ from, to }: Range): Query => ({
  period: { from, to },
  type: 'tool_execution',
  dimensions: {},
  groupBy: ['tool_name'],
  aggregation: 'p95',
  field: 'duration_ms',
  top: 20,
  now: to,
})

/** Ranges that end at `to`, of at most so many days. */
export const rangesTo = (to: number, days: number): Range[] =>
  (
    [
      ['1 h', hour, 60_000],
      ['24 h', 24 * hour, 15 * 60_000],
      ['7 d', 168 * hour, hour],
      ['30 d', 720 * hour, hour],
      ['90 d', 2160 * hour, 24 * hour],
      ['1 y', 8760 * hour, 24 * hour],
    ] as const
  )
    .filter(([, length]) => length <= days * 24 * hour)
    .map(([name, length, step]) => ({ name, from: to - length, to, step }))
