import type { LocalConnection } from '../../../../core/local-database'
import type { Level } from '../../rollups/kept-dimensions'
import { type Labels, signature } from '../labels'
import { type Matcher, matchesAll } from '../matcher'

/** Rollup series that are one series to Prometheus. */
export interface LabelSet {
  labels: Labels
  /** In `rollup_series`. */
  ids: number[]
}

export interface KeptSeries {
  id: number
  service: string
  dimensions: Map<string, string>
}

const day = 86_400_000

/** Days after which a counter that no longer moves is no longer told. */
const remembered = 30 * day

/** Rollup series of a type and level that have metrics from 30 days before a window on. */
export function keptSeries(
  db: LocalConnection,
  type: string,
  level: Level,
  from: number,
  to: number,
): KeptSeries[] {
  return db
    .statement<{ id: number; service: string; dimensions: string }>(
      `select id, service, dimensions from rollup_series s where level = ? and metric_type = ?
       and exists (select 1 from rollup_days d where d.series = s.id and d.at > ? and d.at <= ?)`,
    )
    .all(level, type, from - remembered - day, to)
    .map(({ id, service, dimensions }) => ({
      id,
      service,
      dimensions: new Map(Object.entries(JSON.parse(dimensions) as Record<string, string>)),
    }))
}

/** Series put together by the labels that they get, those that fit. */
export function labelSets(
  series: KeptSeries[],
  labelsFor: (series: KeptSeries) => Labels,
  matchers: readonly Matcher[],
): Map<string, LabelSet> {
  const sets = new Map<string, LabelSet>()
  for (const one of series) {
    const labels = labelsFor(one)
    const key = signature(labels)
    const found = sets.get(key)
    if (found) found.ids.push(one.id)
    else if (matchesAll(labels, matchers)) sets.set(key, { labels, ids: [one.id] })
  }
  return sets
}
