import type { LocalConnection } from '../../../core/local-database'
import { allKept } from '../rollups/kept-dimensions'
import { tableOf } from '../rollups/rollup'
import type { Period } from './period'
import { aligned, longPeriod } from './plan'
import { daysAndHours } from './spans'

/** What was sent in a period: by service and type, or by custom metric. */
export interface Sent {
  service: string
  type: string
  metrics: number
  failures: number
  /** Start of the last hour with metrics, milliseconds. */
  last: number
}

/** Outwards to whole hours; a long period to whole days, for the hours at its ends stand each on a page of its own. */
const wholeSpans = (period: Period): Period =>
  aligned(period.to - period.from >= longPeriod ? 'day' : 'hour', period)

/** What each service has sent, that with the most metrics first. */
export function listSent(db: LocalConnection, period: Period): Sent[] {
  const whole = aligned('hour', period)
  const found = new Map<number, Sent>()
  for (const { grain, from, to } of daysAndHours(whole)) {
    const rows = db
      .statement<Sent & { series: number } & Record<string, unknown>>(
        `select s.id as series, s.service, s.metric_type as type, sum(r.count) as metrics, sum(r.failures) as failures, max(r.at) as last
         from rollup_series s join ${tableOf[grain]} r on r.series = s.id where s.level = '' and r.at >= ? and r.at < ? group by s.id order by 2, 3`,
      )
      .all(from, to)
    for (const { series, ...sent } of rows) {
      const { metrics, failures } = found.get(series) ?? { metrics: 0, failures: 0 }
      found.set(series, { ...sent, metrics: sent.metrics + metrics, failures: sent.failures + failures })
    }
  }
  return [...found]
    .map(([series, sent]) => ({ ...sent, last: lastHour(db, series, whole) ?? sent.last }))
    .toSorted((a, b) => b.metrics - a.metrics)
}

/** Start of the last hour that a series has in a period; undefined where its days alone are kept. */
const lastHour = (db: LocalConnection, series: number, { from, to }: Period): number | undefined =>
  db
    .statement<{ at: number }>(
      'select at from rollup_hours where series = ? and at >= ? and at < ? order by at desc limit 1',
    )
    .get(series, from, to)?.at

/** The names of custom metrics, those with the most samples first; what was sent without one is left out. */
export function listCustom(db: LocalConnection, period: Period): { name: string; metrics: number }[] {
  const counts = new Map<string, number>()
  for (const { grain, from, to } of daysAndHours(wholeSpans(period))) {
    const rows = db
      .statement<{ name: string; metrics: number }>(
        `select json_extract(s.dimensions, '$.metric_name') as name, sum(r.count) as metrics
         from rollup_series s join ${tableOf[grain]} r on r.series = s.id
         where s.level = 'metric_name' and s.metric_type = 'custom' and s.dimensions <> '{}' and r.at >= ? and r.at < ? group by 1`,
      )
      .all(from, to)
    for (const { name, metrics } of rows) counts.set(name, (counts.get(name) ?? 0) + metrics)
  }
  return [...counts]
    .map(([name, metrics]) => ({ name, metrics }))
    .toSorted((a, b) => b.metrics - a.metrics)
    .slice(0, 1000)
}

export interface DimensionValues {
  name: string
  distinct: number
  values: { value: string; metrics: number }[]
}

/** The dimensions of a type of metric with their most frequent values. */
export function listDimensions(
  db: LocalConnection,
  input: Period & { type: string; service?: string; metric?: string; values: number },
): DimensionValues[] {
  const period = wholeSpans(input)
  const rows = daysAndHours(period).flatMap(({ grain, from, to }) =>
    db
      .statement<{ dimensions: string; metrics: number }>(
        `select s.dimensions, sum(r.count) as metrics from rollup_series s not indexed cross join ${tableOf[grain]} r on r.series = s.id
         where s.level = ?1 and s.metric_type = ?2 and (?3 is null or s.service = ?3) and r.at >= ?4 and r.at < ?5
         and (?6 is null or json_extract(s.dimensions, '$.metric_name') = ?6) group by s.id`,
      )
      .all(allKept, input.type, input.service ?? null, from, to, input.metric ?? null),
  )
  const counts = new Map<string, Map<string, number>>()
  for (const { dimensions, metrics } of rows) {
    for (const [name, value] of Object.entries(JSON.parse(dimensions) as Record<string, string>)) {
      const values = counts.get(name) ?? new Map<string, number>()
      counts.set(name, values.set(value, (values.get(value) ?? 0) + metrics))
    }
  }
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, values]) => ({ name, distinct: values.size, values: mostFrequent(values, input.values) }))
}

const mostFrequent = (values: Map<string, number>, most: number) =>
  [...values]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([value, metrics]) => ({ value, metrics }))
