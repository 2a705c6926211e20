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
  let count = 0
  const keep = (name: string, known: Known, key: string, series: Series) => {
    if (++count > mostKept) {
      for (const one of senders.values()) one.clear()
      senders = new Map()
      count = 1
    }
    // Senders of whom nothing is kept are not remembered either.
    senders.set(name, known)
    known.set(key, series)
  }
  return {
    of(sender) {
      const name = `${sender.service}\n${sender.version ?? ''}\n${sender.instance ?? ''}`
      const known: Known = senders.get(name) ?? new Map()
      return {
        of(type, dimensions, limits, report) {
          const key = dimensions === undefined ? type : type + JSON.stringify(dimensions)
          let series = known.get(key)
          if (!series) {
            let faulty = false
            series = create(sender, type, dimensions ?? {}, limits, (path, message) => {
              faulty = true
              report(path, message)
            })
            if (!faulty) keep(name, known, key, series)
          }
          return series
        },
      }
    },
  }
}

/** The series of one sender, by type and dimensions. */
type Known = Map<string, Series>

function create(
  { service, version, instance }: Sender,
  type: MetricType,
  given: Record<string, unknown>,
  limits: MetricLimits,
  report: (path: string, message: string) => void,
): Series {
  const dimensions = readDimensions(given, limits.dimensions, report)
  const text = JSON.stringify([service, version, instance, type, dimensions])
  // What is looked at for every metric comes first: in memory it stands together.
  return { type, slot: -1, numbering: -1, number: -1, text, service, version, instance, dimensions }
}
