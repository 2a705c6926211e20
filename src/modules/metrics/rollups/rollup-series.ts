import type { LocalConnection } from '../../../core/local-database'
import {
  allKept,
  dimensionsOf,
  hasFailed,
  isKept,
  type KeptDimensions,
  type Level,
  levelsOf,
} from './kept-dimensions'

/** What stands for all values that are not kept any more. */
export const otherValue = '_other'

/** Distinct values that are kept of a dimension (of one type of metric, and of one name of `custom` ones); more become `_other`. */
const mostValues = 1000

/** Series of all dimensions that are kept of a service and type; in more every dimension but these becomes `_other`. */
const mostSeries = 20_000
const alwaysKept = new Set(['metric_name', 'success', 'error_code'])

/** Where the metrics of one sender go. */
export interface Targets {
  /** Ids in `rollup_series`, one a level. */
  series: number[]
  failed: boolean
}

/** Finds or adds the series of rollups. */
export interface RollupSeries {
  of(service: string, type: string, dimensions: string, errorCode: string | undefined): Targets
  /** A transaction was taken back: ids that were given may be gone. */
  forget(): void
}

export function createRollupSeries(db: LocalConnection): RollupSeries {
  const values = createValues(db)
  const counts = createCounts(db)
  const idOf = (level: Level, service: string, type: string, kept: KeptDimensions) => {
    const text = JSON.stringify(Object.fromEntries(kept))
    const found = db
      .statement<{ id: number }>(
        'select id from rollup_series where level = ? and service = ? and metric_type = ? and dimensions = ?',
      )
      .get(level, service, type, text)
    if (found) return found.id
    if (level === allKept && counts.isFull(service, type)) return idOf(level, service, type, crowded(kept))
    if (level === allKept) counts.add(service, type)
    return db
      .statement('insert into rollup_series (level, service, metric_type, dimensions) values (?, ?, ?, ?)')
      .run(level, service, type, text).lastId
  }
  return {
    of(service, type, dimensions, errorCode) {
      const all = dimensionsOf(dimensions, errorCode)
      const kept = values.bounded(type, new Map([...all].filter(([name]) => isKept(name))))
      const series = levelsOf(type, kept).map(([level, some]) => idOf(level, service, type, some))
      return { series, failed: hasFailed(all) }
    },
    forget() {
      values.forget()
      counts.forget()
    },
  }
}

/** Once made so, no further series comes of it: there are only as many as there are sets of names. */
const crowded = (kept: KeptDimensions): KeptDimensions =>
  new Map([...kept].map(([name, value]) => [name, alwaysKept.has(name) ? value : otherValue]))

/** Remembers which values each dimension has had. */
function createValues(db: LocalConnection) {
  const known = new Map<string, Set<string>>()
  const load = (type: string, name: string) => {
    const key = `${type}\u0000${name}`
    let found = known.get(key)
    if (!found) {
      const rows = db
        .statement<{ value: string }>('select value from rollup_values where metric_type = ? and name = ?')
        .all(type, name)
      found = new Set(rows.map(({ value }) => value))
      known.set(key, found)
    }
    return found
  }
  const keep = (type: string, name: string, value: string): string => {
    const seen = load(type, name)
    if (seen.has(value)) return value
    if (seen.size >= mostValues) return otherValue
    seen.add(value)
    db.statement('insert or ignore into rollup_values (metric_type, name, value) values (?, ?, ?)').run(
      type,
      name,
      value,
    )
    return value
  }
  return {
    bounded(type: string, kept: KeptDimensions): KeptDimensions {
      const metric = kept.get('metric_name')
      const within = type === 'custom' && metric !== undefined ? `${type}:${metric}` : type
      return new Map(
        [...kept].map(([name, value]) => [name, keep(name === 'metric_name' ? type : within, name, value)]),
      )
    },
    forget: () => known.clear(),
  }
}

/** How many series of all kept dimensions a service and type has. */
function createCounts(db: LocalConnection) {
  const counts = new Map<string, number>()
  const key = (service: string, type: string) => `${service}\u0000${type}`
  const countOf = (service: string, type: string): number => {
    let count = counts.get(key(service, type))
    if (count === undefined) {
      count = db
        .statement<{ count: number }>(
          'select count(*) as count from rollup_series where level = ? and service = ? and metric_type = ?',
        )
        .get(allKept, service, type)!.count
      counts.set(key(service, type), count)
    }
    return count
  }
  return {
    isFull: (service: string, type: string) => countOf(service, type) >= mostSeries,
    add: (service: string, type: string) => counts.set(key(service, type), countOf(service, type) + 1),
    forget: () => counts.clear(),
  }
}
