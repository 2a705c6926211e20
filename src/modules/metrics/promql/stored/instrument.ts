import { reportedSeries } from '../../exposition/reported-series'
import { isKept } from '../../rollups/kept-dimensions'
import { type Labels, labelsOf, nameLabel } from '../labels'

/** One metric name that is computed from reported metrics: a counter, or a part of a histogram. */
export interface Instrument {
  name: string
  help: string
  /** Type of the reported metrics. */
  type: string
  part: 'total' | 'bucket' | 'sum' | 'count'
  /** What a histogram is of; of `duration` in seconds. */
  of: 'duration' | 'value'
  labels: readonly string[]
}

/** The predecessor's instruments under the names that Prometheus gives their parts. */
export const instruments: readonly Instrument[] = Object.entries(reportedSeries).flatMap(
  ([type, { counter, histogram, labels: all }]) => {
    const labels = all.filter(isKept)
    const parts = (['bucket', 'sum', 'count'] as const).map((part) => {
      const { help, of } = histogram
      return { name: `${histogram.name}_${part}`, help, type, part, of, labels }
    })
    const total = counter ? [{ ...counter, type, part: 'total' as const, of: 'value' as const, labels }] : []
    return [...total, ...parts]
  },
)

/** The labels of an instrument's series; dimensions that only raw metrics keep are not among them. */
export function labelsOfInstrument(
  { name, type, labels }: Instrument,
  service: string,
  dimensions: ReadonlyMap<string, string>,
): Labels {
  return labelsOf([
    [nameLabel, name],
    ['service', service],
    ['metric_type', type],
    ...labels.map((label) => [label, dimensions.get(label) ?? ''] as const),
  ])
}

/** A custom metric's name as Prometheus allows it. */
export function plainName(name: string): string {
  const plain = name.replace(/[^a-zA-Z0-9_:]/g, '_')
  return /^[0-9]/.test(plain) ? `_${plain}` : plain
}

/** The labels of a custom metric: its dimensions, and who sent it where they do not tell. */
export function labelsOfCustom(service: string, dimensions: ReadonlyMap<string, string>): Labels {
  const told = ['job', 'service', 'service_name'].some((name) => dimensions.has(name))
  const own = [...dimensions].filter(([name]) => name !== 'metric_name' && name !== 'error_code')
  return labelsOf([
    [nameLabel, plainName(dimensions.get('metric_name') ?? '')],
    ...own,
    ...(told ? [] : [['service', service] as const]),
  ])
}

/** True for names that only grow by convention. */
export const isCumulative = (name: string): boolean => /_(total|count|sum|bucket)$/.test(name)
