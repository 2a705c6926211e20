import { readDimensions } from './dimensions'
import type { MetricLimits } from './limits'
import type { MetricType, Series } from './metric'

/** Who sends: what all metrics of a submission share. */
export interface Sender {
  service: string
  version: string | null
  instance: string | null
}

/** Gives one object for equal series, and so checks each combination of dimensions once. */
export interface SeriesCache {
  /** The series of one sender. */
  of(sender: Sender): SenderSeries
}

export interface SenderSeries {
  /** The series of one metric; `report` is told of faults, and such a series is not kept. */
  of(
    type: MetricType,
    dimensions: Record<string, unknown> | undefined,
    limits: MetricLimits,
    report: (path: string, message: string) => void,
  ): Series
}

/** Series that are remembered; then all are forgotten and gathered anew. */
const mostKept = 50_000

export function createSeriesCache(): SeriesCache {
  let senders = new Map<string, Known>()
  let kept = 0
  const keep = (known: Map<string, Series>, key: string, series: Series) => {
    if (++kept > mostKept) {
      for (const { byText } of senders.values()) byText.clear()
      senders = new Map()
      kept = 1
    }
    known.set(key, series)
  }
  return {
    of(sender) {
      const name = `${sender.service}\n${sender.version ?? ''}\n${sender.instance ?? ''}`
      const known = senders.get(name) ?? { byText: new Map(), byObject: new WeakMap() }
      senders.set(name, known)
      const { byText, byObject } = known
      return {
        of(type, dimensions, limits, report) {
          const shared = dimensions && byObject.get(dimensions)
          if (shared?.type === type) return shared
          const key = dimensions === undefined ? type : type + JSON.stringify(dimensions)
          const found = byText.get(key)
          if (found) {
            if (dimensions && Object.isFrozen(dimensions)) byObject.set(dimensions, found)
            return found
          }
          let faulty = false
          const series = create(sender, type, dimensions ?? {}, limits, (path, message) => {
            faulty = true
            report(path, message)
          })
          if (!faulty) keep(byText, key, series)
          return series
        },
      }
    },
  }
}

/** The series of one sender. */
interface Known {
  byText: Map<string, Series>
  /** By objects that are frozen: those that many metrics share. */
  byObject: WeakMap<object, Series>
}

function create(
  { service, version, instance }: Sender,
  type: MetricType,
  given: Record<string, unknown>,
  limits: MetricLimits,
  report: (path: string, message: string) => void,
): Series {
  const dimensions = readDimensions(given, limits.dimensions, report)
  const text = JSON.stringify([service, version, instance, type, dimensions])
  return { service, version, instance, type, dimensions, text }
}
